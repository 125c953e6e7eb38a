import { ChevronDown, ChevronRight, Copy, Trash2 } from "lucide-react";
import { useContext, useState } from "react";
import { IconButton } from "../../components/Button";
import { TextField } from "../../components/Field";
import { Form, useError } from "../../configuration/form";
import { useSay } from "../../messages/use";
import type { FieldGroup, SourceKind } from "./document";
import { GroupForm } from "./GroupForm";
import css from "./Sources.module.css";
import { words } from "./words";

interface Props {
  kind: SourceKind;
  name: string;
  group: FieldGroup;
  /** Whether it begins open. */
  begin: boolean;
  taken: readonly string[];
  onName: (name: string) => void;
  onChange: (group: FieldGroup) => void;
  onDuplicate: () => void;
  onRemove: () => void;
}

/** A field group as a card that folds. */
export function GroupCard({ kind, name, group, begin, taken, onName, onChange, onDuplicate, onRemove }: Props) {
  const say = useSay(words);
  const { readOnly } = useContext(Form);
  const wrong = useError(`fieldGroups.${name}`);
  const [unfolded, setOpen] = useState<boolean | undefined>();
  const [draft, setDraft] = useState<string | undefined>();
  const open = unfolded ?? (begin || wrong !== undefined);
  const rename = (next: string) => {
    if (next === "" || (next !== name && taken.includes(next))) {
      setDraft(next); // not yet a name of its own
      return;
    }
    setDraft(undefined);
    onName(next);
  };
  return (
    <section className={css.card} aria-label={name}>
      <header>
        <IconButton
          label={say(open ? "fold" : "open", { name })}
          icon={open ? ChevronDown : ChevronRight}
          aria-expanded={open}
          onPress={() => setOpen(!open)}
        />
        <h4>{name}</h4>
        {!readOnly && (
          <>
            <IconButton label={say("duplicate", { name })} icon={Copy} onPress={onDuplicate} />
            <IconButton label={say("remove", { name })} icon={Trash2} onPress={onRemove} />
          </>
        )}
      </header>
      {open && (
        <div className={css.group}>
          <TextField
            label={say("groupName")}
            value={draft ?? name}
            onChange={rename}
            onBlur={() => setDraft(undefined)}
            isReadOnly={readOnly}
          />
          <GroupForm kind={kind} at={`fieldGroups.${name}`} group={group} onChange={onChange} />
        </div>
      )}
    </section>
  );
}

import { X } from "lucide-react";
import { useContext } from "react";
import { Button, IconButton } from "../../../components/Button";
import type { Field } from "../../../document/schema";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { Pane } from "./context";
import { FieldFor } from "./FieldFor";
import css from "./Fields.module.css";
import { useFieldWord } from "./names";

interface Props {
  label: string;
  fields: readonly Field[];
  optional: boolean;
  at: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Fields that belong together; such as need not be there are set, and taken away, together. */
export function GroupField({ label, fields, optional, at, value, onChange }: Props) {
  const say = useSay(words);
  const word = useFieldWord();
  const { readOnly } = useContext(Pane);
  const whole = (value ?? {}) as Record<string, unknown>;
  if (optional && (value === undefined || value === null)) {
    return (
      <div className={css.stack}>
        <span className={css.label}>{label}</span>
        <div className={css.unset}>
          <span className="soft">{say("notSet")}</span>
          {!readOnly && (
            <Button onPress={() => onChange({})} aria-label={`${say("set")}: ${label}`}>
              {say("set")}
            </Button>
          )}
        </div>
      </div>
    );
  }
  return (
    <fieldset className={css.group}>
      <legend>{label}</legend>
      {fields.map((inner) => (
        <FieldFor
          key={inner.name}
          field={inner.name === "to" ? { ...inner, title: word("end") } : inner}
          at={`${at}.${inner.name}`}
          value={whole[inner.name]}
          onChange={(next) => {
            const { [inner.name]: _, ...others } = whole;
            onChange(next === undefined ? others : { ...whole, [inner.name]: next });
          }}
        />
      ))}
      {optional && !readOnly && (
        <IconButton label={`${say("unset")}: ${label}`} icon={X} onPress={() => onChange(undefined)} />
      )}
    </fieldset>
  );
}

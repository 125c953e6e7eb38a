import { X } from "lucide-react";
import { IconButton } from "../../components/Button";
import { type Change, put } from "../../document/change";
import { PROPERTIES } from "../../document/schema";
import type { JourneyDocument } from "../../document/types";
import { useMe } from "../../frame/session";
import { useSay } from "../../messages/use";
import { FieldFor } from "./fields/FieldFor";
import css from "./Pane.module.css";
import { words } from "./words";

interface Props {
  document: JourneyDocument;
  onEdit: (change: Change) => void;
  onClose: () => void;
}

/** What holds for the whole journey. */
export function PropertiesPane({ document, onEdit, onClose }: Props) {
  const say = useSay(words);
  const { administrator } = useMe();
  const fields = PROPERTIES.filter((field) => field.name !== "timeout" || administrator);
  return (
    <aside aria-label={say("properties")} className={css.pane}>
      <header className={css.head}>
        <div>
          <h2>{say("properties")}</h2>
        </div>
        <IconButton label={say("done")} icon={X} onPress={onClose} />
      </header>
      <div className={css.body}>
        {fields.map((field) => (
          <FieldFor
            key={field.name}
            field={field.name === "timeout" ? { ...field, name: "journeyTimeout" } : field}
            at={field.name}
            value={document[field.name] ?? (field.shape.kind === "duration" ? field.fallback : undefined)}
            onChange={(value) => onEdit(put(document, [field.name], value))}
          />
        ))}
      </div>
    </aside>
  );
}

import { ChevronDown, ChevronRight, Plus, Settings2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/Button";
import { SelectField, TextField } from "../../components/Field";
import { freeName } from "../../configuration/documents";
import { useTypeName } from "../../configuration/typeNames";
import { useSay } from "../../messages/use";
import { FieldMarks } from "./FieldMarks";
import { blankField, KINDS, type OwnField, retyped } from "./ownFields";
import css from "./Schemas.module.css";
import { words } from "./words";

interface Props {
  fields: readonly OwnField[];
  /** The names of data types, own and common. */
  types: readonly string[];
  readOnly: boolean;
  onChange: (fields: readonly OwnField[]) => void;
  /** What they are inside of. */
  within?: string;
}

/** Fields as rows: names, types, and what else their values keep; what is inside one stands below it. */
export function FieldsEditor({ fields, types, readOnly, onChange, within }: Props) {
  const say = useSay(words);
  const names = fields.map((each) => each.name);
  return (
    <div className={css.fields}>
      {fields.map((field, index) => (
        <Row
          key={index}
          field={field}
          types={types}
          readOnly={readOnly}
          taken={names}
          onChange={(next) => onChange(fields.map((each, at) => (at === index ? next : each)))}
          onRemove={() => onChange(fields.filter((_, at) => at !== index))}
        />
      ))}
      {!readOnly && (
        <div>
          <Button
            kind="quiet"
            icon={Plus}
            onPress={() => onChange([...fields, blankField(freeName("field", names))])}
            aria-label={within ? say("addInside", { name: within }) : say("addField")}
          >
            {say("addField")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  field: OwnField;
  types: readonly string[];
  readOnly: boolean;
  taken: readonly string[];
  onChange: (field: OwnField) => void;
  onRemove: () => void;
}

function Row({ field, types, readOnly, taken, onChange, onRemove }: RowProps) {
  const say = useSay(words);
  const typeName = useTypeName();
  const [folded, setFolded] = useState(false);
  const [detailed, setDetailed] = useState(false);
  const [draft, setDraft] = useState<string | undefined>();
  const { name, kind, item } = field;
  const inner = field.fields ?? item?.fields;
  const option = (id: string) => ({ id, label: id === "ref" ? say("ref") : typeName(id) });
  return (
    <div className={css.field}>
      <div className={css.row}>
        {inner ? (
          <IconButton
            label={name}
            icon={folded ? ChevronRight : ChevronDown}
            aria-expanded={!folded}
            onPress={() => setFolded(!folded)}
          />
        ) : (
          <i aria-hidden />
        )}
        <TextField
          label={say("fieldName", { name })}
          hideLabel
          mono
          value={draft ?? name}
          onChange={(next) => {
            const good = next !== "" && (next === name || !taken.includes(next));
            setDraft(good ? undefined : next);
            if (good) onChange({ ...field, name: next });
          }}
          onBlur={() => setDraft(undefined)}
          isReadOnly={readOnly}
        />
        <SelectField
          label={say("typeOf", { name })}
          hideLabel
          value={kind}
          onChange={(next) => onChange(retyped(field, next))}
          options={KINDS.map(option)}
          isReadOnly={readOnly}
        />
        {(kind === "list" || kind === "map") && item && (
          <SelectField
            label={say("itemOf", { name })}
            hideLabel
            value={item.kind}
            onChange={(next) => onChange({ ...field, item: retyped(item, next) })}
            options={KINDS.filter((each) => each !== "list" && each !== "map").map(option)}
            isReadOnly={readOnly}
          />
        )}
        {(kind === "ref" || item?.kind === "ref") && (
          <SelectField
            label={`${say("ref")}: ${name}`}
            hideLabel
            value={(kind === "ref" ? field.ref : item?.ref) ?? null}
            onChange={(ref) =>
              onChange(kind === "ref" || !item ? { ...field, ref } : { ...field, item: { ...item, ref } })
            }
            options={types.map((id) => ({ id, label: id }))}
            isReadOnly={readOnly}
          />
        )}
        <IconButton
          label={say("details", { name })}
          icon={Settings2}
          pressed={detailed}
          onPress={() => setDetailed(!detailed)}
        />
        {!readOnly && <IconButton label={say("removeField", { name })} icon={Trash2} onPress={onRemove} />}
      </div>
      {detailed && <FieldMarks field={field} readOnly={readOnly} onChange={onChange} />}
      {inner && !folded && (
        <div className={css.inside}>
          <FieldsEditor
            fields={inner}
            types={types}
            readOnly={readOnly}
            within={name}
            onChange={(next) =>
              onChange(
                field.fields || !item ? { ...field, fields: next } : { ...field, item: { ...item, fields: next } },
              )
            }
          />
        </div>
      )}
    </div>
  );
}

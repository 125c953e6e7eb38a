import { CountField } from "../components/CountField";
import { SelectField, SwitchField, TextField } from "../components/Field";
import { SecretField } from "../components/SecretField";
import type { Catalogue } from "../messages/text";
import { useSay } from "../messages/use";
import { without } from "./documents";
import { useField } from "./form";
import type { SchemaField } from "./schemaFields";

type Values = Readonly<Record<string, unknown>>;

interface Props {
  fields: readonly SchemaField[];
  value: Values;
  onChange: (value: Values) => void;
  /** Labels by the fields' names, and helps by the names with `Help` behind them. */
  words: Catalogue;
  /** The secrets that have several lines. */
  long?: readonly string[];
}

/** Fields made of a published schema; an optional one that is emptied goes. */
export function SchemaFields({ fields, value, onChange, words, long = [] }: Props) {
  return fields.map((field) => (
    <One
      key={field.name}
      field={field}
      value={value[field.name]}
      words={words}
      lines={long.includes(field.name) ? 5 : 0}
      onChange={(next) =>
        onChange(next === "" && !field.required ? without(value, field.name) : { ...value, [field.name]: next })
      }
    />
  ));
}

interface OneProps {
  field: SchemaField;
  value: unknown;
  words: Catalogue;
  lines: number;
  onChange: (value: unknown) => void;
}

function One({ field, value, words, lines, onChange }: OneProps) {
  const { name, kind, options, fallback } = field;
  const say = useSay(words);
  const help = `${name}Help`;
  const common = { label: say(name), ...(help in words && { help: say(help) }), onChange, ...useField(name) };
  const text = typeof value === "string" ? value : "";
  switch (kind) {
    case "secret":
      return <SecretField {...common} value={text} {...(lines && { lines })} />;
    case "choice":
      return (
        <SelectField
          {...common}
          value={text || fallback}
          options={options.map((id) => ({ id, label: id in words ? say(id) : id }))}
        />
      );
    case "switch":
      return <SwitchField {...common} value={typeof value === "boolean" ? value : fallback === "true"} />;
    case "number":
      return <CountField {...common} value={typeof value === "number" ? value : Number(fallback)} />;
    default:
      return <TextField {...common} value={text} placeholder={fallback} />;
  }
}

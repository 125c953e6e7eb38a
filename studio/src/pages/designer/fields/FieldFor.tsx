import { useContext } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { SelectField, SwitchField, TextField } from "../../../components/Field";
import { referenceOf } from "../../../document/kinds";
import type { Field } from "../../../document/schema";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { fitting, type Reference } from "../named";
import { Pane, useFieldError } from "./context";
import { DurationField } from "./DurationField";
import { ExpressionField } from "./ExpressionField";
import css from "./Fields.module.css";
import { JsonField } from "./JsonField";
import { MapField } from "./MapField";
import { NumberField } from "./NumberField";
import { useFieldWord } from "./names";

export interface FieldProps {
  field: Field;
  /** Its place, dotted. */
  at: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Fields of several lines. */
const LONG = new Set(["description", "text", "html"]);

/** The form of one field, by what it holds. */
export function FieldFor({ field, at, value, onChange }: FieldProps) {
  const { readOnly } = useContext(Pane);
  const say = useSay(words);
  const word = useFieldWord();
  const label = field.title ?? word(field.name);
  const error = useFieldError(at);
  const { shape } = field;
  const common = { label, error, isReadOnly: readOnly };
  const reference = referenceOf(field.name);
  if (reference && shape.kind === "text")
    return <ReferenceField {...common} reference={reference} value={value} onChange={onChange} />;
  switch (shape.kind) {
    case "expression":
      return (
        <ExpressionField
          {...common}
          at={at}
          value={typeof value === "string" ? value : ""}
          onChange={onChange}
          optional={!field.required}
        />
      );
    case "duration":
      return (
        <DurationField
          {...common}
          value={typeof value === "string" ? value : ""}
          onChange={onChange}
          optional={!field.required}
        />
      );
    case "boolean":
      return (
        <SwitchField label={label} value={Boolean(value ?? field.fallback)} onChange={onChange} isReadOnly={readOnly} />
      );
    case "number":
      return (
        <NumberField
          {...common}
          shape={shape}
          value={typeof value === "number" ? value : field.fallback}
          onChange={onChange}
        />
      );
    case "choice":
      return (
        <SelectField
          {...common}
          value={String(value ?? field.fallback ?? "") || null}
          onChange={onChange}
          options={shape.options.map((id) => ({ id, label: id in words ? word(id) : id }))}
        />
      );
    case "choices":
      return (
        <Choices
          label={label}
          options={shape.options}
          value={value ?? field.fallback}
          onChange={onChange}
          readOnly={readOnly}
        />
      );
    case "map":
      return (
        <MapField
          {...common}
          field={field}
          of={shape.of}
          at={at}
          value={(value ?? {}) as Record<string, unknown>}
          onChange={onChange}
        />
      );
    case "fields":
      return (
        <fieldset className={css.group}>
          <legend>{label}</legend>
          {shape.fields.map((inner) => {
            const whole = (value ?? {}) as Record<string, unknown>;
            return (
              <FieldFor
                key={inner.name}
                field={inner.name === "to" ? { ...inner, title: word("end") } : inner}
                at={`${at}.${inner.name}`}
                value={whole[inner.name]}
                onChange={(next) => onChange({ ...whole, [inner.name]: next })}
              />
            );
          })}
        </fieldset>
      );
    case "list":
      return (
        <TextField
          {...common}
          help={say("commas")}
          value={Array.isArray(value) ? value.join(", ") : ""}
          onChange={(text) => onChange(text === "" ? undefined : text.split(",").map((each) => each.trim()))}
        />
      );
    case "json":
      return <JsonField {...common} value={value} onChange={onChange} />;
    case "moment":
    case "text":
      return (
        <TextField
          {...common}
          value={typeof value === "string" ? value : ""}
          onChange={(text) => onChange(text === "" && !field.required ? undefined : text)}
          {...(LONG.has(field.name) ? { lines: 4 } : {})}
          placeholder={shape.kind === "moment" ? "2027-01-01T00:00:00+09:00" : undefined}
        />
      );
  }
}

interface ReferenceProps {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  reference: Reference;
  value: unknown;
  onChange: (value: string) => void;
}

function ReferenceField({ reference, value, ...rest }: ReferenceProps) {
  const { named, type } = useContext(Pane);
  const there = named ? fitting(named, reference, type) : [];
  const options = there.map(({ name, description }) => ({ id: name, label: name, detail: description }));
  return <SelectField {...rest} value={typeof value === "string" ? value : null} options={options} />;
}

interface ChoicesProps {
  label: string;
  options: readonly string[];
  value: unknown;
  onChange: (value: string[]) => void;
  readOnly: boolean;
}

function Choices({ label, options, value, onChange, readOnly }: ChoicesProps) {
  const say = useSay(words);
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  return (
    <div className={css.stack}>
      <span className={css.label}>{label}</span>
      <ToggleButtonGroup
        aria-label={label}
        selectionMode="multiple"
        disallowEmptySelection
        isDisabled={readOnly}
        selectedKeys={chosen}
        onSelectionChange={(keys) => onChange(options.filter((option) => keys.has(option)))}
        className={css.chips ?? ""}
      >
        {options.map((option) => (
          <ToggleButton key={option} id={option} className={css.chip ?? ""}>
            {option in words ? say(option as "monday") : option}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}

import { useContext } from "react";
import { ChoicesField } from "../../../components/ChoicesField";
import { SelectField, SwitchField, TextField } from "../../../components/Field";
import { referenceOf } from "../../../document/kinds";
import type { Field } from "../../../document/schema";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { Pane, useFieldError } from "./context";
import { DurationField } from "./DurationField";
import { ExpressionField } from "./ExpressionField";
import { GroupField } from "./GroupField";
import { JsonField } from "./JsonField";
import { MapField } from "./MapField";
import { NumberField } from "./NumberField";
import { useFieldWord } from "./names";
import { ProfileField } from "./ProfileField";
import { ReferenceField } from "./ReferenceField";
import { TemplateField } from "./TemplateField";
import { MomentField, TimeField, WallField, ZoneField } from "./TimeFields";
import { VariantsField } from "./VariantsField";

export interface FieldProps {
  field: Field;
  /** Its place, dotted. */
  at: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** The form of one field, by what it holds. */
export function FieldFor({ field, at, value, onChange }: FieldProps) {
  const { readOnly, type } = useContext(Pane);
  const say = useSay(words);
  const word = useFieldWord();
  const label = field.title ?? word(field.name);
  const error = useFieldError(at);
  const { shape } = field;
  const common = { label, error, isReadOnly: readOnly };
  const text = typeof value === "string" ? value : "";
  const optional = !field.required;
  const reference = referenceOf(field.name);
  if (reference && shape.kind === "text")
    return <ReferenceField {...common} reference={reference} value={value} onChange={onChange} optional={optional} />;
  if (field.name === "timeZone") return <ZoneField {...common} value={text || "UTC"} onChange={onChange} />;
  if (type === "updateProfile" && field.name === "field")
    return <ProfileField {...common} value={text} onChange={onChange} />;
  switch (shape.kind) {
    case "expression":
      return <ExpressionField {...common} at={at} value={text} onChange={onChange} optional={optional} />;
    case "template":
      return (
        <TemplateField
          {...common}
          name={field.name}
          value={text}
          onChange={(next) => onChange(next === "" ? undefined : next)}
        />
      );
    case "duration":
      return <DurationField {...common} value={text} onChange={onChange} optional={optional} />;
    case "moment":
      return <MomentField {...common} value={text} onChange={onChange} />;
    case "wall":
      return <WallField {...common} value={text} onChange={onChange} />;
    case "time":
      return <TimeField {...common} value={text || String(field.fallback ?? "")} onChange={onChange} />;
    case "variants":
      return <VariantsField {...common} field={field} shape={shape} at={at} value={value} onChange={onChange} />;
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
          placeholder={say("choose")}
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
        <GroupField label={label} fields={shape.fields} optional={optional} at={at} value={value} onChange={onChange} />
      );
    case "list":
      return field.name === "rulesets" ? (
        <RuleSets {...common} value={value} onChange={onChange} />
      ) : (
        <TextField
          {...common}
          help={say("commas")}
          value={Array.isArray(value) ? value.join(", ") : ""}
          onChange={(next) => onChange(next === "" ? undefined : next.split(",").map((each) => each.trim()))}
        />
      );
    case "json":
      return <JsonField {...common} value={value} onChange={onChange} />;
    case "text":
      return (
        <TextField
          {...common}
          value={text}
          onChange={(next) => onChange(next === "" ? undefined : next)}
          {...(field.name === "description" ? { lines: 3 } : {})}
        />
      );
  }
}

function RuleSets({ label, isReadOnly, value, onChange }: Omit<FieldProps, "field" | "at"> & RuleSetProps) {
  const { named } = useContext(Pane);
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const options = [...new Set([...(named?.rulesets ?? []).map((each) => each.name), ...chosen])];
  if (options.length === 0) return null;
  return <Choices label={label} options={options} value={chosen} onChange={onChange} readOnly={isReadOnly} empty />;
}

interface RuleSetProps {
  label: string;
  isReadOnly: boolean;
}

interface ChoicesProps {
  label: string;
  options: readonly string[];
  value: unknown;
  onChange: (value: readonly string[]) => void;
  readOnly: boolean;
  /** Whether none need be chosen. */
  empty?: boolean;
}

function Choices({ label, options, value, onChange, readOnly, empty = false }: ChoicesProps) {
  const say = useSay(words);
  return (
    <ChoicesField
      label={label}
      options={options.map((id) => ({ id, label: id in words ? say(id as "monday") : id }))}
      value={Array.isArray(value) ? (value as string[]) : []}
      onChange={onChange}
      isReadOnly={readOnly}
      required={!empty}
    />
  );
}

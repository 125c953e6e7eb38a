import { SelectField } from "../../../components/Field";
import type { Field, Shape } from "../../../document/schema";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { FieldFor } from "./FieldFor";
import css from "./Fields.module.css";
import { useFieldWord } from "./names";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  field: Field;
  shape: Extract<Shape, { kind: "variants" }>;
  at: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

const NONE = "-";
/** What is called otherwise within a form than elsewhere. */
const TITLES: Readonly<Record<string, string>> = { from: "since", until: "till", day: "dayOfMonth" };
/** What a form begins with: what most would choose. */
const BEGIN: Readonly<Record<string, unknown>> = { at: "09:00", days: ["monday"], day: 1, cron: "0 9 * * 1-5" };

/** One of several forms, such as a schedule: which, and what that asks for. */
export function VariantsField({ label, error, isReadOnly, field, shape, at, value, onChange }: Props) {
  const say = useSay(words);
  const word = useFieldWord();
  const whole = (value ?? {}) as Record<string, unknown>;
  const form = typeof whole[shape.by] === "string" ? String(whole[shape.by]) : undefined;
  const choose = (next: string) => {
    if (next === NONE) return onChange(undefined);
    const begun = (shape.forms[next] ?? []).filter((each) => each.required).map(({ name }) => [name, BEGIN[name]]);
    onChange({ [shape.by]: next, ...Object.fromEntries(begun) });
  };
  return (
    <fieldset className={css.group}>
      <legend>{label}</legend>
      <SelectField
        label={word(shape.by)}
        error={error}
        isReadOnly={isReadOnly}
        value={form ?? (field.required ? null : NONE)}
        onChange={choose}
        options={[
          ...(field.required ? [] : [{ id: NONE, label: say("atOnce") }]),
          ...Object.keys(shape.forms).map((id) => ({ id, label: word(id) })),
        ]}
      />
      {form &&
        (shape.forms[form] ?? []).map((inner) => (
          <FieldFor
            key={`${form}.${inner.name}`}
            field={inner.name in TITLES ? { ...inner, title: word(TITLES[inner.name] ?? "") } : inner}
            at={`${at}.${inner.name}`}
            value={whole[inner.name]}
            onChange={(next) => {
              const { [inner.name]: _, ...others } = whole;
              onChange(next === undefined ? others : { ...whole, [inner.name]: next });
            }}
          />
        ))}
    </fieldset>
  );
}

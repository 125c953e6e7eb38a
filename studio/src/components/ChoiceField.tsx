import { Label, Radio, RadioGroup } from "react-aria-components";
import css from "./ChoiceField.module.css";

interface Props<Id extends string> {
  label: string;
  value: Id;
  onChange: (value: Id) => void;
  options: readonly { id: Id; label: string; detail?: string }[];
  error?: string | undefined;
  isReadOnly?: boolean;
}

/** One of a few, each with what it means; all in sight. */
export function ChoiceField<Id extends string>({ label, value, onChange, options, error, isReadOnly }: Props<Id>) {
  return (
    <RadioGroup
      value={value}
      onChange={(next) => onChange(next as Id)}
      isDisabled={isReadOnly ?? false}
      className={css.group ?? ""}
    >
      <Label className={css.label ?? ""}>{label}</Label>
      <div className={css.options}>
        {options.map((option) => (
          <Radio key={option.id} value={option.id} className={css.option ?? ""}>
            <i aria-hidden />
            <span>
              {option.label}
              {option.detail && <small>{option.detail}</small>}
            </span>
          </Radio>
        ))}
      </div>
      {error && <p className={css.error}>{error}</p>}
    </RadioGroup>
  );
}

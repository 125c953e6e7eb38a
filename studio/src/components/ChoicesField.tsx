import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import css from "./ChoicesField.module.css";

interface Props {
  label: string;
  options: readonly { id: string; label: string }[];
  value: readonly string[];
  onChange: (value: readonly string[]) => void;
  error?: string | undefined;
  isReadOnly?: boolean | undefined;
  /** Whether one at least stays chosen. */
  required?: boolean;
}

/** Any of a few, as chips; in the order of the options. */
export function ChoicesField({ label, options, value, onChange, error, isReadOnly, required = false }: Props) {
  return (
    <div className={css.field}>
      <span className={css.label}>{label}</span>
      <ToggleButtonGroup
        aria-label={label}
        selectionMode="multiple"
        disallowEmptySelection={required}
        isDisabled={isReadOnly ?? false}
        selectedKeys={value}
        onSelectionChange={(keys) => onChange(options.map(({ id }) => id).filter((id) => keys.has(id)))}
        className={css.chips ?? ""}
      >
        {options.map((option) => (
          <ToggleButton key={option.id} id={option.id} className={css.chip ?? ""}>
            {option.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {error && <p className={css.error}>{error}</p>}
    </div>
  );
}

import { TextField as AriaTextField, Input, Label } from "react-aria-components";
import css from "./Field.module.css";

interface Props {
  label: string;
  /** As ISO 8601 has it; empty for none. */
  value: string;
  onChange: (day: string) => void;
}

/** A day, chosen as the browser lets its reader choose one. */
export function DateField({ label, value, onChange }: Props) {
  return (
    <AriaTextField type="date" value={value} onChange={onChange} className={css.field ?? ""}>
      <Label className={css.label ?? ""}>{label}</Label>
      <Input className={css.input ?? ""} />
    </AriaTextField>
  );
}

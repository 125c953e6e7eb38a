import { NumberField as AriaNumberField, FieldError, Input, Label } from "react-aria-components";
import fieldCss from "../../../components/Field.module.css";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  shape: { whole: boolean; low?: number | undefined; high?: number | undefined };
  value: unknown;
  onChange: (value: number) => void;
}

/** A number within its bounds. */
export function NumberField({ label, error, isReadOnly, shape, value, onChange }: Props) {
  return (
    <AriaNumberField
      value={typeof value === "number" ? value : Number.NaN}
      onChange={(next) => Number.isFinite(next) && onChange(next)}
      isReadOnly={isReadOnly}
      isInvalid={Boolean(error)}
      {...(shape.low !== undefined ? { minValue: shape.low } : {})}
      {...(shape.high !== undefined ? { maxValue: shape.high } : {})}
      {...(shape.whole ? { step: 1 } : {})}
      className={fieldCss.field ?? ""}
    >
      <Label className={fieldCss.label ?? ""}>{label}</Label>
      <Input className={fieldCss.input ?? ""} />
      <FieldError className={fieldCss.error ?? ""}>{error}</FieldError>
    </AriaNumberField>
  );
}

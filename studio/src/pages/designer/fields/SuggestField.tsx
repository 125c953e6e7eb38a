import { useId } from "react";
import { TextField as AriaTextField, FieldError, Input, Label } from "react-aria-components";
import fieldCss from "../../../components/Field.module.css";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  value: string;
  suggestions: readonly { id: string; label?: string }[];
  onChange: (value: string) => void;
  onType?: (value: string) => void;
}

/** A text with suggestions as one types. */
export function SuggestField({ label, error, isReadOnly, value, suggestions, onChange, onType }: Props) {
  const list = useId();
  return (
    <AriaTextField
      value={value}
      onChange={(text) => {
        onType?.(text);
        onChange(text);
      }}
      isReadOnly={isReadOnly}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className={fieldCss.field ?? ""}
    >
      <Label className={fieldCss.label ?? ""}>{label}</Label>
      <Input className={fieldCss.input ?? ""} list={list} />
      <datalist id={list}>
        {suggestions.map(({ id, label: name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
      <FieldError className={fieldCss.error ?? ""}>{error}</FieldError>
    </AriaTextField>
  );
}

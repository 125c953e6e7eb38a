import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import {
  TextField as AriaTextField,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Switch,
  Text,
  TextArea,
} from "react-aria-components";
import { useSay } from "../messages/use";
import css from "./Field.module.css";
import { words as reasons } from "./reasonWords";

interface Common {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  isReadOnly?: boolean | undefined;
}

interface TextProps extends Common {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  lines?: number;
  placeholder?: string | undefined;
  required?: boolean | undefined;
  autoFocus?: boolean | undefined;
  mono?: boolean;
  hideLabel?: boolean;
}

/** A text in one line, or in several. */
export function TextField({ label, help, error, lines, placeholder, mono, required, hideLabel, ...rest }: TextProps) {
  const look = `${css.input} ${mono ? css.mono : ""}`;
  return (
    <AriaTextField
      value={rest.value}
      onChange={rest.onChange}
      {...(rest.onBlur ? { onBlur: rest.onBlur } : {})}
      autoFocus={rest.autoFocus ?? false}
      isReadOnly={rest.isReadOnly ?? false}
      isRequired={required ?? false}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      aria-label={hideLabel ? label : undefined}
      className={css.field ?? ""}
    >
      {!hideLabel && <Label className={css.label ?? ""}>{label}</Label>}
      {lines ? (
        <TextArea rows={lines} className={look} placeholder={placeholder} />
      ) : (
        <Input className={look} placeholder={placeholder} />
      )}
      {help && (
        <Text slot="description" className={css.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={css.error ?? ""}>{error}</FieldError>
    </AriaTextField>
  );
}

export interface Option {
  id: string;
  label: string;
  detail?: string | undefined;
  disabled?: boolean;
}

interface SelectProps extends Common {
  value: string | null;
  onChange: (value: string) => void;
  options: readonly Option[];
  placeholder?: string | undefined;
  hideLabel?: boolean;
}

/** One of several; opens a list. */
export function SelectField({ label, help, error, value, onChange, options, hideLabel, ...rest }: SelectProps) {
  const because = useSay(reasons);
  return (
    <Select
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      isInvalid={Boolean(error)}
      isDisabled={(rest.isReadOnly ?? false) || options.length === 0}
      placeholder={options.length === 0 && !rest.isReadOnly ? because("nothingToChoose") : (rest.placeholder ?? "")}
      aria-label={hideLabel ? label : undefined}
      className={css.field ?? ""}
      disabledKeys={options.filter((each) => each.disabled).map((each) => each.id)}
    >
      {!hideLabel && <Label className={css.label ?? ""}>{label}</Label>}
      <Button className={`${css.input} ${css.select}`}>
        <SelectValue className={css.value ?? ""} />
        <ChevronDown size={16} aria-hidden />
      </Button>
      {help && (
        <Text slot="description" className={css.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={css.error ?? ""}>{error}</FieldError>
      <Popover className={css.popover ?? ""} offset={4}>
        <ListBox className={css.list ?? ""} items={options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={css.option ?? ""}>
              <Text slot="label">{option.label}</Text>
              {option.detail && (
                <Text slot="description" className={css.help ?? ""}>
                  {option.detail}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

interface SwitchProps {
  label: ReactNode;
  help?: string | undefined;
  value: boolean;
  onChange: (value: boolean) => void;
  isReadOnly?: boolean;
}

/** On or off. */
export function SwitchField({ label, help, value, onChange, isReadOnly }: SwitchProps) {
  return (
    <div className={css.field}>
      <Switch isSelected={value} onChange={onChange} isDisabled={isReadOnly ?? false} className={css.switch ?? ""}>
        <span className={css.track} aria-hidden />
        {label}
      </Switch>
      {help && <p className={css.help}>{help}</p>}
    </div>
  );
}

import { ChevronDown } from "lucide-react";
import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from "react-aria-components";
import type { Option } from "./Field";
import css from "./Field.module.css";

interface Props {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  isReadOnly?: boolean | undefined;
  value: string | null;
  onChange: (value: string) => void;
  options: readonly Option[];
  placeholder?: string | undefined;
  hideLabel?: boolean;
  /** Whether it may be something that is not among the options. */
  free?: boolean;
}

/** One of many: typed to, and chosen from what fits. */
export function ComboField({ label, help, error, isReadOnly, value, onChange, options, free, ...rest }: Props) {
  const known = options.find((each) => each.id === value);
  return (
    <ComboBox
      key={free ? undefined : String(known !== undefined)} // options may come later than what is chosen of them
      {...(free
        ? { allowsCustomValue: true, inputValue: value ?? "", onInputChange: onChange }
        : { defaultInputValue: known?.label ?? value ?? "" })}
      {...(free ? {} : { selectedKey: value })}
      onSelectionChange={(chosen) => chosen !== null && onChange(String(chosen))}
      isReadOnly={isReadOnly ?? false}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      menuTrigger="focus"
      aria-label={rest.hideLabel ? label : undefined}
      className={css.field ?? ""}
    >
      {!rest.hideLabel && <Label className={css.label ?? ""}>{label}</Label>}
      <div className={css.combo}>
        <Input className={css.input ?? ""} placeholder={rest.placeholder} />
        <Button>
          <ChevronDown size={16} aria-hidden />
        </Button>
      </div>
      {help && (
        <Text slot="description" className={css.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={css.error ?? ""}>{error}</FieldError>
      <Popover className={css.popover ?? ""} offset={4}>
        <ListBox className={css.list ?? ""} items={[...options]}>
          {(option: Option) => (
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
    </ComboBox>
  );
}

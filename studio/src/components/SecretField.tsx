import { LockKeyhole } from "lucide-react";
import { useState } from "react";
import { TextField as AriaTextField, FieldError, Input, Label, Text, TextArea } from "react-aria-components";
import { useSay } from "../messages/use";
import { Button } from "./Button";
import css from "./Field.module.css";
import { words } from "./words";

/** What stands in a document in place of a secret that is stored: written back, it keeps that one. */
export const STORED = "INSERT_SECRET_HERE";

interface Props {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  isReadOnly?: boolean | undefined;
  value: string;
  onChange: (value: string) => void;
  hideLabel?: boolean;
  /** For keys and certificates, which have lines. */
  lines?: number;
}

/** A secret: written, never shown again; what is stored stays until another one is written. */
export function SecretField({ label, help, error, isReadOnly, value, onChange, hideLabel, lines }: Props) {
  const say = useSay(words);
  const [before, setBefore] = useState<string | undefined>();
  if (value === STORED || isReadOnly) {
    return (
      <div className={css.field}>
        <span className={hideLabel ? "only-read-aloud" : css.label}>{label}</span>
        <div className={css.stored}>
          <span>
            <LockKeyhole size={14} aria-hidden />
            {say(value ? "secretStored" : "none")}
          </span>
          {!isReadOnly && (
            <Button
              aria-label={`${say("replace")}: ${label}`}
              onPress={() => {
                setBefore(value);
                onChange("");
              }}
            >
              {say("replace")}
            </Button>
          )}
        </div>
        {error && <p className={css.error}>{error}</p>}
      </div>
    );
  }
  return (
    <AriaTextField
      value={value}
      onChange={onChange}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      autoFocus={before !== undefined}
      {...(lines ? {} : { type: "password" as const })}
      className={css.field ?? ""}
    >
      <Label className={(hideLabel ? "only-read-aloud" : css.label) ?? ""}>{label}</Label>
      <div className={css.stored}>
        {lines ? (
          <TextArea rows={lines} className={`${css.input} ${css.mono}`} />
        ) : (
          <Input className={css.input ?? ""} autoComplete="new-password" />
        )}
        {before === STORED && (
          <Button
            aria-label={`${say("keepStored")}: ${label}`}
            onPress={() => {
              onChange(STORED);
              setBefore(undefined);
            }}
          >
            {say("keepStored")}
          </Button>
        )}
      </div>
      {help && (
        <Text slot="description" className={css.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={css.error ?? ""}>{error}</FieldError>
    </AriaTextField>
  );
}

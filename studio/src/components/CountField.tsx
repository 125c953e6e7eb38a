import { useState } from "react";
import { TextField } from "./Field";

interface Props {
  label: string;
  help?: string;
  value: number | undefined;
  onChange: (value: number) => void;
  error: string | undefined;
  isReadOnly: boolean;
}

/** A whole number from 1 on, taken as it is typed. */
export function CountField({ value, onChange, ...rest }: Props) {
  const [text, setText] = useState<string | undefined>();
  return (
    <TextField
      {...rest}
      value={text ?? String(value ?? "")}
      onChange={(next) => {
        setText(next);
        if (/^[1-9]\d*$/.test(next)) onChange(Number(next));
      }}
      onBlur={() => setText(undefined)}
    />
  );
}

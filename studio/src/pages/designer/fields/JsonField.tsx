import { useState } from "react";
import { TextField } from "../../../components/Field";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** What has no form of its own, as JSON. */
export function JsonField({ label, error, isReadOnly, value, onChange }: Props) {
  const say = useSay(words);
  const [text, setText] = useState<string | undefined>();
  const [bad, setBad] = useState(false);
  const change = (next: string) => {
    setText(next);
    try {
      onChange(next.trim() === "" ? undefined : JSON.parse(next));
      setBad(false);
    } catch {
      setBad(true);
    }
  };
  return (
    <TextField
      label={label}
      help={say("json")}
      error={bad ? say("badJson") : error}
      isReadOnly={isReadOnly}
      mono
      lines={4}
      value={text ?? (value === undefined ? "" : JSON.stringify(value, null, 2))}
      onChange={change}
      onBlur={() => !bad && setText(undefined)}
    />
  );
}

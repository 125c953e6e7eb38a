import { useState } from "react";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { useSay } from "../messages/use";
import { isObject, readJson } from "./example";
import { jsonTrouble } from "./jsonTrouble";
import { words } from "./words";

interface Props {
  title: string;
  help?: string;
  /** What is there by now. */
  value: unknown;
  /** Whether it has to be an object. */
  object?: boolean;
  onTake: (value: unknown) => void;
  onClose: () => void;
}

/** Takes a JSON example that somebody pastes. */
export function PasteExample({ title, help, value, object, onTake, onClose }: Props) {
  const say = useSay(words);
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const [tried, setTried] = useState(false);
  const read = readJson(text);
  const wrong =
    "wrong" in read ? jsonTrouble(say, read.wrong) : object && !isObject(read.value) ? say("notObject") : undefined;
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button
            kind="primary"
            onPress={() => {
              setTried(true);
              if (wrong === undefined && "value" in read) onTake(read.value);
            }}
          >
            {say("take")}
          </Button>
        </>
      }
    >
      <TextField
        label={say("pasteExample")}
        help={help ?? say("pasteHint")}
        value={text}
        onChange={setText}
        error={tried ? wrong : undefined}
        mono
        lines={16}
        autoFocus
      />
    </Dialog>
  );
}

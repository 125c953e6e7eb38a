import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../api/client";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { words as reasons } from "../../components/reasonWords";
import { useSay } from "../../messages/use";
import type { SchemaDocument } from "./document";
import { words } from "./words";

interface Props {
  onTake: (document: SchemaDocument) => void;
  onClose: () => void;
}

/** Has a schema proposed from records that somebody pastes. */
export function FromSample({ onTake, onClose }: Props) {
  const say = useSay(words);
  const because = useSay(reasons);
  const [name, setName] = useState("");
  const [samples, setSamples] = useState("");
  const infer = useMutation({
    mutationFn: async () => (await ask<SchemaDocument>("POST", "/api/schemas/infer", { body: { name, samples } })).body,
    onSuccess: onTake,
  });
  return (
    <Dialog
      wide
      title={say("fromSample")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button
            kind="primary"
            why={(!name && because("needsName")) || (!samples.trim() && say("needsSample"))}
            busy={infer.isPending}
            onPress={() => infer.mutate()}
          >
            {say("propose")}
          </Button>
        </>
      }
    >
      <TextField label={say("name")} value={name} onChange={setName} autoFocus />
      <TextField
        label={say("sample")}
        help={say("fromSampleHelp")}
        mono
        lines={14}
        value={samples}
        onChange={setSamples}
        error={infer.error?.message}
      />
    </Dialog>
  );
}

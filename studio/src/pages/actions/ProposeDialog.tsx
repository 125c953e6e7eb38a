import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { ask } from "../../api/client";
import { ApiError } from "../../api/errors";
import { Button } from "../../components/Button";
import { ComboField } from "../../components/ComboField";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { words as common } from "../../components/words";
import { useSay } from "../../messages/use";
import type { ActionDocument } from "./document";
import { words } from "./words";

interface Props {
  onPropose: (action: ActionDocument) => void;
  onClose: () => void;
}

/** Proposes an action for one operation of an OpenAPI document; the operations are known once it was read. */
export function ProposeDialog({ onPropose, onClose }: Props) {
  const say = useSay(words);
  const sayCommon = useSay(common);
  const [document, setDocument] = useState("");
  const [operation, setOperation] = useState<string | null>(null);
  const propose = useMutation({
    mutationFn: async () =>
      (await ask<ActionDocument>("POST", "/api/actions/propose", { body: { document, operation } })).body,
    onSuccess: onPropose,
  });
  const refused = propose.error instanceof ApiError ? propose.error : undefined;
  const known = refused?.problem.code === "ERR_OPENAPI_OPERATION" ? String(refused.problem.params.known ?? "") : "";
  const [operations, setOperations] = useState<readonly string[]>([]);
  if (known && operations.join(", ") !== known) setOperations(known.split(", "));
  return (
    <Dialog
      wide
      title={say("proposeTitle")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{sayCommon("cancel")}</Button>
          <Button
            kind="primary"
            why={
              (!document.trim() && say("needsDocument")) ||
              (operations.length > 0 && !operation && say("needsOperation"))
            }
            busy={propose.isPending}
            onPress={() => propose.mutate()}
          >
            {say(operations.length ? "proposeVerb" : "next")}
          </Button>
        </>
      }
    >
      <TextField
        label={say("document")}
        help={say("documentHelp")}
        value={document}
        onChange={(text) => {
          setDocument(text);
          setOperations([]);
          setOperation(null);
        }}
        mono
        lines={12}
        autoFocus
      />
      <div>
        <FileTrigger
          acceptedFileTypes={[".json", ".yaml", ".yml"]}
          onSelect={(files) => void files?.[0]?.text().then((text) => setDocument(text))}
        >
          <Button>{say("file")}</Button>
        </FileTrigger>
      </div>
      {operations.length > 0 && (
        <ComboField
          label={say("operation")}
          value={operation}
          onChange={setOperation}
          options={operations.map((id) => ({ id, label: id }))}
        />
      )}
      {propose.error && !known && <Notice kind="error">{propose.error.message}</Notice>}
    </Dialog>
  );
}

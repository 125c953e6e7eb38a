import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client";
import type { Folder } from "../api/documents";
import { Button } from "../components/Button";
import { Confirm, Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { words as reasons } from "../components/reasonWords";
import { toast } from "../components/toast";
import { useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import { documentPath } from "./editing";
import { UseList, type Uses } from "./UsedIn";
import { words } from "./words";

interface DeleteProps {
  folder: Folder;
  name: string;
  uses: UseQueryResult<Uses>;
  onClose: () => void;
  onDone: () => void;
}

/** Deletes what nothing uses; else says what does. */
export function DeleteDialog({ folder, name, uses, onClose, onDone }: DeleteProps) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => ask("DELETE", documentPath(folder, name), { sandbox }),
    onSuccess: async () => {
      toast(say("deleted", { name }));
      onDone();
      await queries.invalidateQueries({ queryKey: [folder, sandbox], exact: true });
    },
  });
  if (uses.data?.count) {
    return (
      <Dialog
        title={say("deleteTitle", { name })}
        onClose={onClose}
        footer={<Button onPress={onClose}>{say("cancel")}</Button>}
      >
        <p>{say("deleteUsed")}</p>
        <UseList uses={uses.data.uses} />
      </Dialog>
    );
  }
  return (
    <Confirm
      title={say("deleteTitle", { name })}
      verb={say("delete")}
      danger
      pending={remove.isPending}
      error={remove.error?.message}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{say("deleteText")}</p>
    </Confirm>
  );
}

interface RenameProps {
  folder: Folder;
  name: string;
  onClose: () => void;
  onDone: (name: string) => void;
}

/** Gives a document another name. */
export function RenameDialog({ folder, name, onClose, onDone }: RenameProps) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const [next, setNext] = useState(name);
  const rename = useMutation({
    mutationFn: () => ask("POST", `${documentPath(folder, name)}/rename`, { sandbox, body: { name: next } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      toast(say("renamedTo", { name: next }));
      onClose();
      onDone(next);
    },
  });
  return (
    <Dialog
      title={say("renameTitle", { name })}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button
            kind="primary"
            why={(next === name || !next) && because("sameName")}
            busy={rename.isPending}
            onPress={() => rename.mutate()}
          >
            {say("rename")}
          </Button>
        </>
      }
    >
      <p>{say("renameText")}</p>
      <TextField label={say("newName")} value={next} onChange={setNext} error={rename.error?.message} autoFocus />
    </Dialog>
  );
}

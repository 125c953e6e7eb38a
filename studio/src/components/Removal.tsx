import type { ReactNode } from "react";
import { useChange } from "../api/change";
import { Confirm } from "./Dialog";
import { toast } from "./toast";

interface Props {
  title: string;
  verb: string;
  remove: () => Promise<unknown>;
  /** What is said when it is gone. */
  gone: string;
  /** Whether it cannot go yet; the text says why. */
  isBlocked?: boolean;
  onDone: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something goes for ever, and lets it go. */
export function Removal({ title, verb, remove, gone, isBlocked = false, onDone, onClose, children }: Props) {
  const change = useChange(remove);
  return (
    <Confirm
      title={title}
      verb={verb}
      danger
      pending={change.isPending || isBlocked}
      error={change.error?.message}
      onConfirm={() =>
        change.mutate(undefined, {
          onSuccess: () => {
            toast(gone);
            onDone();
          },
        })
      }
      onClose={onClose}
    >
      {children}
    </Confirm>
  );
}

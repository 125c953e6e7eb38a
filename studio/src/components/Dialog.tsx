import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useSay } from "../messages/use";
import { Button, IconButton } from "./Button";
import css from "./Dialog.module.css";
import { words } from "./words";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  /** Whether something would be lost; left out, whether something was written in it. */
  unsaved?: boolean;
}

/** A dialog that is there as long as it is rendered. Esc and a click outside close it, after a question if need be. */
export function Dialog({ title, onClose, children, footer, wide = false, unsaved }: Props) {
  const say = useSay(words);
  const [written, setWritten] = useState(false);
  const [asking, setAsking] = useState(false);
  const leave = () => ((unsaved ?? written) ? setAsking(true) : onClose());
  const onInput = ({ target }: FormEvent) => {
    if (!(target instanceof HTMLInputElement && NOT_WRITING.has(target.type))) setWritten(true);
  };
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && leave()} className={css.overlay ?? ""}>
      <Modal className={`${css.modal} ${wide ? css.wide : ""}`}>
        <AriaDialog className={css.dialog ?? ""}>
          <header className={css.head}>
            <Heading slot="title" className={css.title ?? ""}>
              {title}
            </Heading>
            <IconButton label={say("close")} icon={X} onPress={leave} />
          </header>
          <div className={css.body} onInput={onInput}>
            {children}
          </div>
          {footer && <footer className={css.foot}>{footer}</footer>}
        </AriaDialog>
        {asking && <Discard onKeep={() => setAsking(false)} onDiscard={onClose} />}
      </Modal>
    </ModalOverlay>
  );
}

/** What is typed or chosen there can be typed or chosen again. */
const NOT_WRITING: ReadonlySet<string> = new Set(["search", "file"]);

/** Asks before what somebody wrote is lost: the same question wherever that is. */
export function Discard({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  const say = useSay(words);
  return (
    <Dialog
      title={say("discardTitle")}
      onClose={onKeep}
      unsaved={false}
      footer={
        <>
          <Button onPress={onKeep} autoFocus>
            {say("keepWriting")}
          </Button>
          <Button kind="danger" onPress={onDiscard}>
            {say("discard")}
          </Button>
        </>
      }
    >
      <p>{say("discardText")}</p>
    </Dialog>
  );
}

interface ConfirmProps {
  title: string;
  verb: string;
  danger?: boolean;
  pending?: boolean;
  error?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something is done: the title is the question, the button repeats the verb. */
export function Confirm({ title, verb, danger, pending, error, onConfirm, onClose, children }: ConfirmProps) {
  const say = useSay(words);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      unsaved={false}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button kind={danger ? "danger" : "primary"} busy={pending ?? false} onPress={onConfirm} autoFocus>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {error && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
    </Dialog>
  );
}

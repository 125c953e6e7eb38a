import { X } from "lucide-react";
import type { ReactNode } from "react";
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
}

/** A dialog that is there as long as it is rendered. Esc and a click outside close it. */
export function Dialog({ title, onClose, children, footer, wide = false }: Props) {
  const say = useSay(words);
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className={css.overlay ?? ""}>
      <Modal className={`${css.modal} ${wide ? css.wide : ""}`}>
        <AriaDialog className={css.dialog ?? ""}>
          <header className={css.head}>
            <Heading slot="title" className={css.title ?? ""}>
              {title}
            </Heading>
            <IconButton label={say("close")} icon={X} onPress={onClose} />
          </header>
          <div className={css.body}>{children}</div>
          {footer && <footer className={css.foot}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
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

import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useSay } from "../messages/use";
import { Button } from "./Button";
import { Details } from "./Details";
import { Discard } from "./Dialog";
import { Notice } from "./Notice";
import { words } from "./words";

interface Props {
  kind: string;
  title: string;
  onClose: () => void;
  actions?: ReactNode;
  /** A new one can be left without being made. */
  isNew?: boolean;
  isReadOnly?: boolean;
  /** What the button says, where it is not “Save”. */
  verb?: string;
  /** Why it cannot be sent now. */
  why: string | false;
  busy: boolean;
  /** Whether something would be lost if it were closed now. */
  unsaved: boolean;
  /** What was said of no field in particular. */
  refused: string | undefined;
  onSubmit: () => void;
  /** What stands before and behind the form. */
  above?: ReactNode;
  below?: ReactNode;
  children: ReactNode;
}

/** Details that are one form, sent by the button below it or by Enter. Whoever leaves what is not saved is asked. */
export function FormDetails({ kind, title, onClose, actions, isNew, isReadOnly, children, ...rest }: Props) {
  const say = useSay(words);
  const id = useId();
  const sent = useRef(false);
  useEffect(() => {
    if (!rest.busy) sent.current = false;
  }, [rest.busy]);
  const leaving = useBlocker({
    shouldBlockFn: () => rest.unsaved && !sent.current,
    enableBeforeUnload: () => rest.unsaved,
    withResolver: true,
  });
  return (
    <Details
      kind={kind}
      title={title}
      onClose={onClose}
      actions={actions}
      footer={
        !isReadOnly && (
          <>
            {isNew && <Button onPress={onClose}>{say("cancel")}</Button>}
            <Button kind="primary" type="submit" form={id} why={rest.why} busy={rest.busy}>
              {rest.verb ?? say("save")}
            </Button>
          </>
        )
      }
    >
      {rest.above}
      <form
        id={id}
        style={{ display: "contents" }}
        onSubmit={(event) => {
          event.preventDefault();
          if (rest.why || rest.busy) return;
          sent.current = true;
          rest.onSubmit();
        }}
      >
        {rest.refused && <Notice kind="error">{rest.refused}</Notice>}
        {children}
      </form>
      {rest.below}
      {leaving.status === "blocked" && <Discard onKeep={leaving.reset} onDiscard={leaving.proceed} />}
    </Details>
  );
}

import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useCommands } from "../frame/commands";
import { useSay } from "../messages/use";
import { IconButton } from "./Button";
import css from "./Details.module.css";
import { words } from "./words";

interface Props {
  /** What sort of thing it is: "Event". */
  kind: string;
  title: string;
  onClose: () => void;
  /** Commands beside the title. */
  actions?: ReactNode;
  /** What is to decide, always in sight. */
  footer?: ReactNode;
  children: ReactNode;
}

/** One thing of a list, on its right: it takes the focus when it opens, and Esc closes it. */
export function Details({ kind, title, onClose, actions, footer, children }: Props) {
  const say = useSay(words);
  const heading = useRef<HTMLHeadingElement>(null);
  useCommands([{ id: "close details", label: say("close"), keys: "Escape", run: onClose }]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another title it is about another thing
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <aside
      data-details
      aria-label={`${kind}: ${title}`}
      className={css.details}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={css.head}>
        <div>
          <small>{kind}</small>
          <h2 ref={heading} tabIndex={-1}>
            {title}
          </h2>
        </div>
        {actions}
        <IconButton label={say("close")} icon={X} onPress={onClose} />
      </header>
      <div className={css.body}>{children}</div>
      {footer && <footer className={css.foot}>{footer}</footer>}
    </aside>
  );
}

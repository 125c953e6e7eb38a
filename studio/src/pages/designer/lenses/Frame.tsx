import { X } from "lucide-react";
import type { ReactNode } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { IconButton } from "../../../components/Button";
import { words as common } from "../../../components/words";
import { useSay } from "../../../messages/use";
import css from "./Lens.module.css";

/** What a lens has on the left of the canvas: what it is of, and its commands. */
export function LeftPanel({ title, children, footer }: { title: string; children: ReactNode; footer?: ReactNode }) {
  return (
    <aside aria-label={title} className={css.panel}>
      <header className={css.head}>
        <h2>{title}</h2>
      </header>
      <div className={css.body}>{children}</div>
      {footer && <footer className={css.foot}>{footer}</footer>}
    </aside>
  );
}

/** What opens on its right. */
export function SidePanel({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const say = useSay(common);
  return (
    <aside data-side aria-label={title} className={css.side} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <header className={css.head}>
        <h2>{title}</h2>
        <IconButton label={say("close")} icon={X} onPress={onClose} autoFocus />
      </header>
      <div className={css.body}>{children}</div>
    </aside>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key !== undefined) onChange(key as T);
      }}
      className={css.segments ?? ""}
    >
      {options.map(([id, text]) => (
        <ToggleButton key={id} id={id}>
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

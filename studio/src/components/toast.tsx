import { useSyncExternalStore } from "react";
import css from "./toast.module.css";

interface Shown {
  id: number;
  text: string;
}

let shown: readonly Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: readonly Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Says for five seconds that something was done. */
export function toast(text: string): void {
  const id = ++last;
  change([...shown, { id, text }]);
  setTimeout(() => change(shown.filter((each) => each.id !== id)), 5000);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts show; read out by screen readers as they come. */
export function Toasts() {
  const all = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className={css.toasts} role="status">
      {all.map((each) => (
        <p key={each.id} className={css.toast}>
          {each.text}
        </p>
      ))}
    </div>
  );
}

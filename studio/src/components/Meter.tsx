import type { ReactNode } from "react";
import css from "./Meter.module.css";

interface Props {
  done: number;
  of: number;
  /** What it says in words, above the bar. */
  children: ReactNode;
  /** What stands below it. */
  foot?: ReactNode;
}

/** How much of a whole, in words and as a bar. */
export function Meter({ done, of, children, foot }: Props) {
  return (
    <div role="status" className={css.meter}>
      <span>{children}</span>
      <div className={css.bar} aria-hidden>
        <i style={{ width: `${(100 * done) / Math.max(1, of)}%` }} />
      </div>
      {foot}
    </div>
  );
}

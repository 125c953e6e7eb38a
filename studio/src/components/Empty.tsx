import type { ReactNode } from "react";
import css from "./Empty.module.css";

interface Props {
  title: string;
  children: ReactNode;
  picture?: ReactNode;
  action?: ReactNode;
}

/** What stands where nothing is yet: what this is, one picture, one button. */
export function Empty({ title, children, picture, action }: Props) {
  return (
    <div className={css.empty}>
      {picture && <div className={css.picture}>{picture}</div>}
      <h2>{title}</h2>
      <p className="soft">{children}</p>
      {action}
    </div>
  );
}

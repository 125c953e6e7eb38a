import type { ReactNode } from "react";
import { useEffect } from "react";
import css from "./Page.module.css";

interface Props {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with its title, which is also the browser tab's. */
export function Page({ title, lead, actions, children }: Props) {
  useTitle(title);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div>
          <h1>{title}</h1>
          {lead && <p className="soft">{lead}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Sojourn`;
  }, [title]);
}

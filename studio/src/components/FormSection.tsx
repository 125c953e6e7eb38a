import type { ReactNode } from "react";
import css from "./FormSection.module.css";

interface Props {
  title: string;
  help?: string;
  /** Commands beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Fields that belong together, under a title. */
export function FormSection({ title, help, actions, children }: Props) {
  return (
    <section className={css.section}>
      <header>
        <h3>{title}</h3>
        {actions && <div>{actions}</div>}
      </header>
      {help && <p className={css.help}>{help}</p>}
      {children}
    </section>
  );
}

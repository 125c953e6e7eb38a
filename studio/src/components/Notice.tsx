import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import css from "./Notice.module.css";

const ICONS = { info: Info, good: CircleCheck, warning: TriangleAlert, error: CircleAlert };

/** A sentence that stands out, with what to do about it. */
export function Notice({
  kind,
  children,
  action,
}: {
  kind: keyof typeof ICONS;
  children: ReactNode;
  action?: ReactNode;
}) {
  const Icon = ICONS[kind];
  return (
    <div className={`${css.notice} ${css[kind]}`} role={kind === "error" ? "alert" : "status"}>
      <Icon size={18} aria-hidden />
      <div>{children}</div>
      {action}
    </div>
  );
}

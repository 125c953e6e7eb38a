import { type ReactNode, useContext, useMemo } from "react";
import { Form } from "./form";

/** A part of a document as a form of its own: inside of it, fields go by their places in that part. */
export function FormPart({ at, children }: { at: string; children: ReactNode }) {
  const { readOnly, findings } = useContext(Form);
  const value = useMemo(() => {
    const inside = findings.filter(({ field }) => field === at || field.startsWith(`${at}.`));
    return { readOnly, findings: inside.map((each) => ({ ...each, field: each.field.slice(at.length + 1) })) };
  }, [at, readOnly, findings]);
  return <Form value={value}>{children}</Form>;
}

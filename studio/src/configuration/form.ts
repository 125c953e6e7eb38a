import { createContext, useContext } from "react";
import type { Finding } from "../api/types";

/** What the fields of a form share. */
export interface FormContext {
  readOnly: boolean;
  findings: readonly Finding[];
}

export const Form = createContext<FormContext>({ readOnly: true, findings: [] });

/** What is said of a field, and of what is inside it: `at` is its place in the document, dotted. */
export function useError(at: string): string | undefined {
  const { findings } = useContext(Form);
  return errorAt(findings, at);
}

/** Whether it says that a value is not there yet: whoever fills in a form is told so without the field's own name. */
export function isUnfilled({ code }: Finding): boolean {
  return code === "ERR_FIELD_MISSING" || code === "ERR_FIELD_EMPTY" || code === "ERR_PARAM_MANDATORY";
}

export function errorAt(findings: readonly Finding[], at: string): string | undefined {
  const found = findings.find(({ field }) => field === at || field.startsWith(`${at}.`));
  return found && [found.message, found.hint].filter(Boolean).join(" ");
}

interface FieldState {
  isReadOnly: boolean;
  error: string | undefined;
}

/** What all fields have in common, by their places: whether they can be changed, and what is said of them. */
export function useFields(): (at: string) => FieldState {
  const { readOnly, findings } = useContext(Form);
  return (at) => ({ isReadOnly: readOnly, error: errorAt(findings, at) });
}

export function useField(at: string): FieldState {
  return useFields()(at);
}

/** Actions as documents: pure. */
import type { Authentication } from "../../configuration/authentication";
import type { Parameter } from "../../configuration/TestCall";
import { isVariable, type Variable, variablesOf } from "./template";

export type Part = string | Variable;

export interface ActionDocument {
  readonly name: string;
  readonly description?: string | undefined;
  readonly url: string;
  readonly path?: Variable | null | undefined;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, Part>> | undefined;
  readonly query?: Readonly<Record<string, Part>> | undefined;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly authentication?: Authentication | null | undefined;
  readonly clientCertificate?: { certificate: string; key: string } | null | undefined;
  readonly response?: unknown;
  readonly types?: Readonly<Record<string, unknown>> | undefined;
  readonly labels?: readonly string[] | undefined;
}

export const METHODS = ["POST", "PUT", "PATCH", "GET", "DELETE"] as const;

/** All that a journey gives, by its place in a test call. */
export function parametersOf(action: ActionDocument): readonly Parameter[] {
  const parts = (section: "headers" | "query") =>
    Object.entries(action[section] ?? {}).flatMap(([name, part]) =>
      isVariable(part) ? [{ at: `${section}.${name}`, label: part.$label || name, type: part.$variable }] : [],
    );
  return [
    ...(action.path ? [{ at: "path", label: action.path.$label || "path", type: action.path.$variable }] : []),
    ...parts("headers"),
    ...parts("query"),
    ...variablesOf(action.body).map(({ name, variable }) => ({
      at: `parameters.${name}`,
      label: variable.$label || name,
      type: variable.$variable,
    })),
  ];
}

/** The body of a test call from values by their places. */
export function testBody(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sections: Record<string, Record<string, unknown>> = { headers: {}, query: {}, parameters: {} };
  let path: unknown;
  for (const [at, value] of Object.entries(values)) {
    if (at === "path") path = value;
    const [section = "", ...name] = at.split(".");
    const into = sections[section];
    if (into) into[name.join(".")] = value;
  }
  return path === undefined ? sections : { path, ...sections };
}

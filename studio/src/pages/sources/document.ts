/** Data sources as documents: pure. */
import type { Authentication } from "../../configuration/authentication";

export interface FieldGroup {
  readonly method?: "GET" | "POST" | undefined;
  readonly parameters?: Readonly<Record<string, string>> | readonly string[] | undefined;
  readonly body?: unknown;
  readonly response?: unknown;
  readonly types?: Readonly<Record<string, unknown>> | undefined;
  readonly cacheDuration?: string | null | undefined;
  readonly statement?: string | undefined;
  /** Of a database the columns with their types; of the built-in source, paths. */
  readonly fields?: Readonly<Record<string, unknown>> | readonly string[] | undefined;
  readonly schema?: string | undefined;
}

export interface SourceDocument {
  readonly name: string;
  readonly description?: string | undefined;
  readonly url?: string | null | undefined;
  readonly database?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly authentication?: Authentication | null | undefined;
  readonly clientCertificate?: { certificate: string; key: string } | null | undefined;
  readonly fieldGroups?: Readonly<Record<string, FieldGroup>> | undefined;
}

export const BUILT_IN = "ExperiencePlatform";
export type SourceKind = "http" | "sql" | "platform";

export function kindOf(source: SourceDocument): SourceKind {
  if (source.name === BUILT_IN) return "platform";
  return typeof source.database === "string" ? "sql" : "http";
}

/** The parameters of a field group with their types; a list of names takes anything. */
export function parametersOf(group: FieldGroup): Readonly<Record<string, string>> {
  const given = group.parameters ?? {};
  return Array.isArray(given)
    ? Object.fromEntries(given.map((name) => [name, "any"]))
    : (given as Record<string, string>);
}

/** A field group before anything is written. */
export function blankGroup(kind: SourceKind): FieldGroup {
  if (kind === "sql") return { statement: "", fields: {} };
  return kind === "platform" ? { schema: "" } : { response: {} };
}

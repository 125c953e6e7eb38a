/** The fields that an expression can look at where it stands, and what they held lately. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { ask, get } from "../api/client";
import type { components } from "../api/schema";
import type { OperatorView, SimpleRow } from "../api/types";
import { useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import type { Sight } from "./analysis";
import { words } from "./words";

export type OfferedField = components["schemas"]["OfferedField"];

const NONE: readonly OfferedField[] = [];

/** All fields that may be named there, once the server knows the place; segments behind them. */
export function useOfferedFields(sight: Sight, known = true): readonly OfferedField[] {
  const sandbox = useSandbox();
  return (
    useQuery({
      queryKey: ["offered-fields", sandbox, sight, document.documentElement.lang],
      queryFn: async ({ signal }) =>
        (await ask<OfferedField[]>("POST", "/api/expressions/fields", { sandbox, body: sight, signal })).body,
      select: ownFirst,
      enabled: known,
    }).data ?? NONE
  );
}

const isOwn = ({ path }: OfferedField) =>
  path.slice(1, -1).some((part) => part.startsWith("_") && part !== "_experience");

/** Before what every event has comes what an organisation gave its own: that is what people look for. */
function ownFirst(fields: readonly OfferedField[]): readonly OfferedField[] {
  const groups = [...new Set(fields.map(({ path }) => path[0]))];
  return groups.flatMap((group) => {
    const here = fields.filter(({ path }) => path[0] === group);
    return [...here.filter(isOwn), ...here.filter((field) => !isOwn(field))];
  });
}

/** What leads to a field, without the names that say nothing. */
export function useFieldPlace(): (field: OfferedField) => string {
  const group = useFieldGroup();
  return (field) =>
    field.path
      .slice(0, -1)
      .map((part, index) => (index === 0 ? group(field) : part))
      .filter((part) => !part.startsWith("_"))
      .map((part) => `${part} › `)
      .join("");
}

/** What a field is called in a list of all. */
export function useFieldLabel(): (field: OfferedField) => string {
  const place = useFieldPlace();
  return (field) => place(field) + field.title;
}

/** What a field is found by: what it is called, and its own name. */
export function useFieldText(): (field: OfferedField) => string {
  const label = useFieldLabel();
  return (field) => `${label(field)} ${field.path.at(-1)}`;
}

/** Under what a field stands: its event, its source, or what is the same everywhere. */
export function useFieldGroup(): (field: OfferedField) => string {
  const say = useSay(words);
  return ({ root, path: [first = ""] }) =>
    root === "segment" ? say("segments") : first === "JourneyProperties" ? say("properties") : first;
}

/** A field as the beginning of a condition. */
export function rowOf({ reference, type, params }: OfferedField): SimpleRow {
  return {
    field: reference,
    params: Object.fromEntries(params.map((name) => [name, ""])),
    operator: type === "segment" ? "isTrue" : "",
    values: [],
    caseSensitive: true,
  };
}

export type Value = string | number | boolean;

/** Values that fields of events had lately, by reference. */
export function useSamples(fields: readonly OfferedField[]): ReadonlyMap<string, readonly Value[]> {
  const sandbox = useSandbox();
  const events = [...new Set(fields.filter((field) => field.root === "event").map((field) => field.path[0] ?? ""))];
  const found = useQueries({
    queries: events.map((event) => ({
      queryKey: ["samples", sandbox, event],
      queryFn: () =>
        get<{ field: string; values: Value[] }[]>(`/api/events/${encodeURIComponent(event)}/samples`, sandbox),
      staleTime: 30_000,
      retry: false,
    })),
  });
  const values = new Map<string, readonly Value[]>();
  events.forEach((event, index) => {
    const known = new Map(found[index]?.data?.map((each) => [each.field, each.values]));
    for (const field of fields) {
      const there = field.path[0] === event ? known.get(field.path.slice(1).join(".")) : undefined;
      if (there) values.set(field.reference, there);
    }
  });
  return values;
}

export function useOperators(): readonly OperatorView[] {
  return (
    useQuery({
      queryKey: ["operators", document.documentElement.lang],
      queryFn: () => get<OperatorView[]>("/api/expressions/operators"),
      staleTime: Number.POSITIVE_INFINITY,
    }).data ?? []
  );
}

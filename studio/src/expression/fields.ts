/** The fields that a simple condition can compare, with their types. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { useDocuments } from "../api/documents";
import type { Journey } from "../api/journeys";
import { journeyPath } from "../api/journeys";
import type { OperatorView } from "../api/types";
import { useSandbox } from "../frame/session";
import type { Sight } from "./analysis";
import { type ComparedField, leaves, type Schema } from "./leaves";

interface EventDocument {
  name: string;
  schema: string;
  fields?: string[];
}

/** What may be compared where the expression stands; segments are true or false. */
export function useComparedFields(sight: Sight): readonly ComparedField[] {
  const sandbox = useSandbox();
  const events = useDocuments<EventDocument>("events").data ?? [];
  const segments = useDocuments<{ name: string }>("segments").data ?? [];
  const journey = useQuery({
    queryKey: ["journey", sandbox, "journey" in sight ? sight.journey : ""],
    queryFn: () => get<Journey>(journeyPath("journey" in sight ? sight.journey : ""), sandbox),
    enabled: "journey" in sight,
  }).data;
  const heard = new Set(Object.values(journey?.document.activities ?? {}).map((activity) => activity.event));
  const seen: readonly EventDocument[] =
    "event" in sight && sight.schema
      ? [{ name: sight.event, schema: sight.schema }] // perhaps not saved yet
      : events.filter((event) => ("event" in sight ? event.name === sight.event : heard.has(event.name)));
  const schemas = useQueries({
    queries: seen.map((event) => ({
      queryKey: ["schema-fields", sandbox, event.schema],
      queryFn: () => get<Schema>(`/api/schemas/${encodeURIComponent(event.schema)}/fields`, sandbox),
      staleTime: 60_000,
    })),
  });
  const fields = seen.flatMap((event, index) => {
    const found = leaves(schemas[index]?.data ?? {}, event.name);
    const chosen = event.fields;
    return chosen?.length
      ? found.filter((field) => chosen.some((path) => field.reference.startsWith(`@{${event.name}.${path}`)))
      : found;
  });
  const memberships =
    "event" in sight
      ? []
      : segments.map(({ name }) => ({ reference: `inSegment("${name}")`, label: name, type: "segment" }));
  return [...fields, ...memberships];
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

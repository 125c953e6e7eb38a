import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { preferences } from "../frame/preferences";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import { ApiError } from "./errors";
import type { components } from "./schema";

export type Question = Partial<components["schemas"]["MetricsBody"]> & { metrics: readonly string[] };
export type Answer = components["schemas"]["Answer"];
export type Catalogue = components["schemas"]["Catalogue"];
export type Grain = components["schemas"]["MetricsBody"]["grain"];
export type Format = "csv" | "xlsx" | "parquet";

/** Metrics by dimensions; asked again while somebody looks. */
export function useMetrics(question: Question, enabled = true) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["metrics", sandbox, question],
    queryFn: async ({ signal }) =>
      (await ask<Answer>("POST", "/api/metrics", { sandbox, body: question, signal })).body,
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** All metrics and dimensions, in the reader's language. */
export function useMetricCatalogue() {
  return useQuery({
    queryKey: ["metric catalogue", preferences().language],
    queryFn: () => get<Catalogue>("/api/metrics"),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The rows of an answer by the names of its columns. */
export function rowsOf(answer: Answer): readonly Readonly<Record<string, unknown>>[] {
  return answer.rows.map((row) => Object.fromEntries(answer.columns.map(({ name }, index) => [name, row[index]])));
}

/** Asks for an answer as a file, and lets the browser keep it. */
export async function download(path: string, sandbox: string, body: object, name: string): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "x-sandbox-name": sandbox,
      "Accept-Language": preferences().language,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new ApiError(await response.json());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

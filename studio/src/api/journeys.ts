import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { JourneyDocument } from "../document/types";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import type { Finding, ListedJourney, Plan, RangeReport, Report, Version } from "./types";

export const journeyPath = (name: string) => `/api/journeys/${encodeURIComponent(name)}`;

/** All journeys of the sandbox, newly asked for while somebody looks. */
export function useJourneys() {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["journeys", sandbox],
    queryFn: ({ signal }) => get<ListedJourney[]>("/api/journeys", sandbox, signal),
    refetchInterval: 10_000,
  });
}

/** A journey's report, as it moves. */
export function useReport(name: string, enabled = true) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["report", sandbox, name],
    queryFn: ({ signal }) => get<Report>(`${journeyPath(name)}/report`, sandbox, signal),
    refetchInterval: 1000,
    enabled,
  });
}

/** A journey's report of a range, up to now unless `until` is given; nothing is asked without its beginning. */
export function useRangeReport(name: string, since: string | undefined, until: string | undefined) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["range report", sandbox, name, since, until],
    queryFn: ({ signal }) => {
      const range = new URLSearchParams({ ...(since ? { since } : {}), ...(until ? { until } : {}) });
      return get<RangeReport>(`${journeyPath(name)}/report?${range}`, sandbox, signal);
    },
    refetchInterval: until ? false : 5_000,
    placeholderData: keepPreviousData,
    enabled: since !== undefined || until !== undefined,
  });
}

/** The document of one version. */
export function useVersion(name: string, version: number | undefined, enabled: boolean) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["version", sandbox, name, version],
    queryFn: ({ signal }) => get<JourneyDocument>(`${journeyPath(name)}/versions/${version}`, sandbox, signal),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The reports of several journeys by name, those that are there yet. */
export function useReports(names: readonly string[]): Readonly<Record<string, Report>> {
  const sandbox = useSandbox();
  return useQueries({
    queries: names.map((name) => ({
      queryKey: ["report", sandbox, name],
      queryFn: () => get<Report>(`${journeyPath(name)}/report`, sandbox),
      refetchInterval: 3000,
    })),
    combine: (results) =>
      Object.fromEntries(results.flatMap((result, index) => (result.data ? [[names[index] ?? "", result.data]] : []))),
  });
}

export interface Journey {
  name: string;
  uid: string;
  versions: Version[];
  document: JourneyDocument;
}

/** A journey with the document of its latest version. */
export function useJourney(name: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["journey", sandbox, name],
    queryFn: ({ signal }) => get<Journey>(journeyPath(name), sandbox, signal),
  });
}

/** What publishing the latest version would do; only of a draft. */
export function usePlan(name: string, enabled: boolean) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["plan", sandbox, name],
    queryFn: () => get<Plan>(`${journeyPath(name)}/plan`, sandbox),
    enabled,
    staleTime: 0,
    gcTime: 0,
  });
}

export type Halt = "publish" | "close" | "stop";

const of = (version: number | undefined) => (version === undefined ? "" : `?version=${version}`);

/** What changes the state of a journey, or of one version of it. */
export function useJourneyCommands() {
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const changed = (name: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["journeys", sandbox] }),
      queries.invalidateQueries({ queryKey: ["journey", sandbox, name] }),
      queries.invalidateQueries({ queryKey: ["report", sandbox, name] }),
    ]);
  const move = useMutation({
    mutationFn: ({ name, verb, version }: { name: string; verb: Halt; version?: number | undefined }) =>
      ask("POST", `${journeyPath(name)}/${verb}${of(version)}`, { sandbox }),
    onSuccess: (_, { name }) => changed(name),
  });
  const remove = useMutation({
    mutationFn: ({ name, version }: { name: string; version?: number | undefined }) =>
      ask("DELETE", `${journeyPath(name)}${of(version)}`, { sandbox }),
    onSuccess: (_, { name }) => changed(name),
  });
  const navigate = useNavigate();
  const rename = useMutation({
    mutationFn: ({ name, to }: { name: string; to: string }) =>
      ask("POST", `${journeyPath(name)}/rename`, { sandbox, body: { name: to } }),
    onSuccess: async (_, { to }) => {
      await changed(to);
      await navigate({ to: "/journeys/$name", params: { name: to }, replace: true });
    },
  });
  const duplicate = useMutation({
    mutationFn: ({ name, copy, version }: { name: string; copy: string; version?: number | undefined }) =>
      ask("POST", `${journeyPath(name)}/duplicate${of(version)}`, { sandbox, body: { name: copy } }),
    onSuccess: (_, { copy }) => changed(copy),
  });
  const save = useMutation({
    mutationFn: (document: JourneyDocument) =>
      ask<{ findings: Finding[] }>("PUT", journeyPath(document.name), { sandbox, body: document }),
    onSuccess: (_, document) => changed(document.name),
  });
  return { move, remove, rename, duplicate, save };
}

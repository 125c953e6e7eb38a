/** The list of journeys as the server has it: searched, filtered and in pages. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type List, useRested } from "../components/list";
import { periodOf } from "../components/rows";
import { PAGE_SIZE } from "../components/Table";
import { useSandbox, useServerStatus } from "../frame/session";
import { ask, get } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type ListedVersion = Schemas["ListedVersion"];
export type Listed = Schemas["VersionPage"];

/** Kinds of documents that a version may name, as filters have them. */
export const USES = ["event", "action", "segment", "sourcegroup"] as const;

/** A page of journeys, each by the version that people look for first; newly asked for while somebody looks. */
export function useListedJourneys(list: List) {
  const sandbox = useSandbox();
  const search = useRested(list.search);
  const { sorting, filters } = list.view;
  const query = new URLSearchParams({ version: "folded", size: String(PAGE_SIZE), page: String(list.page) });
  query.set("sort", `${sorting.down ? "-" : ""}${sorting.column}`);
  if (search) query.set("text", search);
  for (const [id, values] of Object.entries(filters)) {
    if (id === "created" || id === "published") {
      const { from, to } = periodOf(values, Math.floor(Date.now() / 60_000) * 60_000);
      if (from !== undefined) query.set(`${id}From`, new Date(from).toISOString());
      if (to !== undefined) query.set(`${id}To`, new Date(to).toISOString());
    } else {
      const uses = USES.some((kind) => kind === id);
      for (const value of values) query.append(uses ? "uses" : id, uses ? `${id}:${value}` : value);
    }
  }
  if (list.starred) for (const name of list.favourites.length ? list.favourites : ["-"]) query.append("name", name);
  return useQuery({
    queryKey: ["journeys", sandbox, "listed", query.toString()],
    queryFn: ({ signal }) => get<Listed>(`/api/journey-versions?${query}`, sandbox, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

async function named(sandbox: string, text: string, size: number, signal?: AbortSignal): Promise<string[]> {
  const query = new URLSearchParams({ version: "folded", sort: "name", size: String(size), text });
  const found = await get<Listed>(`/api/journey-versions?${query}`, sandbox, signal);
  return found.items.map((each) => each.name);
}

/** The first dozen journeys that are called so. */
export function useJourneysCalled(text: string): readonly string[] {
  const sandbox = useSandbox();
  return (
    useQuery({
      queryKey: ["journeys", sandbox, "called", text],
      queryFn: ({ signal }) => named(sandbox, text, 12, signal),
      placeholderData: keepPreviousData,
    }).data ?? []
  );
}

/** A name like `name` that no journey has. */
export async function freeName(sandbox: string, name: string): Promise<string> {
  const taken = await named(sandbox, name, 1000);
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name} ${number}`;
  return free;
}

interface Answer {
  rows: (string | number)[][];
}

const HOUR = 3_600_000;

async function metrics(sandbox: string, body: unknown): Promise<Answer> {
  return (await ask<Answer>("POST", "/api/metrics", { sandbox, body })).body;
}

/** Of each journey, how many entered in each of the last 24 hours of journey time, the present one last. */
export function useEntered(names: readonly string[], enabled: boolean): ReadonlyMap<string, readonly number[]> {
  const sandbox = useSandbox();
  const now = useServerStatus()?.clock.now;
  const until = now === undefined ? undefined : (Math.floor(now / HOUR) + 1) * HOUR;
  const query = useQuery({
    queryKey: ["entered", sandbox, names, until],
    queryFn: async () => {
      const since = (until ?? 0) - 24 * HOUR;
      const { rows } = await metrics(sandbox, {
        metrics: ["entered"],
        dimensions: ["journey"],
        grain: "hour",
        since: new Date(since).toISOString(),
        until: new Date(until ?? 0).toISOString(),
        filters: { journey: names },
      });
      const found = new Map(names.map((name) => [name, new Array<number>(24).fill(0)]));
      for (const [time, journey, entered] of rows) {
        const hours = found.get(String(journey));
        const at = (Date.parse(String(time)) - since) / HOUR;
        if (hours && at in hours) hours[at] = Number(entered);
      }
      return found;
    },
    enabled: enabled && names.length > 0 && until !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  return query.data ?? new Map();
}

/** How many people are inside of some journeys together. */
export function useInside(names: readonly string[], enabled: boolean): number | undefined {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["inside", sandbox, names],
    queryFn: async () => {
      const { rows } = await metrics(sandbox, { metrics: ["current"], filters: { journey: names } });
      return Number(rows[0]?.[0] ?? 0);
    },
    enabled,
    gcTime: 0,
  }).data;
}

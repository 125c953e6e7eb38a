/** People: their profiles, events and stays, and what is done about them. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useLanguage } from "../frame/preferences";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import type { components } from "./schema";
import type { Stay } from "./stays";

type Schemas = components["schemas"];
export type Profile = Schemas["Known"];
export type FoundProfile = Schemas["FoundProfile"];
export type Suppression = Schemas["Suppressed_"];
export type EventExplanation = Schemas["EventExplanation"];
export type Fields = Schemas["Fields"];
type Refused = Schemas["Refused"];

export interface Identity {
  namespace: string;
  id: string;
}

export type PersonEvent = Readonly<Record<string, unknown>> & { _id?: string; timestamp?: string; eventType?: string };

const asked = ({ namespace, id }: Identity) =>
  `namespace=${encodeURIComponent(namespace)}&id=${encodeURIComponent(id)}`;

const NONE: readonly string[] = [];
const namesOf = (found: readonly { name: string }[]): readonly string[] => found.map((each) => each.name);

/** The names of all namespaces, the standard ones included. */
export function useNamespaces(): readonly string[] {
  const sandbox = useSandbox();
  const { data } = useQuery({
    queryKey: ["identity-namespaces", sandbox],
    queryFn: () => get<{ name: string }[]>("/api/identity-namespaces", sandbox),
    staleTime: 30_000,
    select: namesOf,
  });
  return data ?? NONE;
}

/** Profiles that hold a text, some at a time. */
export function useProfiles(text: string, test: boolean) {
  const sandbox = useSandbox();
  return useInfiniteQuery({
    queryKey: ["profiles", sandbox, "found", text, test],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ text, after: String(pageParam), ...(test ? { test: "true" } : {}) });
      return get<Schemas["ProfilePage"]>(`/api/profiles/search?${query}`, sandbox, signal);
    },
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

export function useProfile(person: Identity, enabled: boolean) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["profiles", sandbox, person],
    queryFn: ({ signal }) => get<Profile>(`/api/profiles?${asked(person)}`, sandbox, signal),
    refetchInterval: 2_000,
    enabled,
  });
}

const EVENTS = 25;

/** A person's events, the newest first. */
export function useEvents(person: Identity, most = EVENTS) {
  const sandbox = useSandbox();
  return useInfiniteQuery({
    queryKey: ["profiles", sandbox, person, "events", most],
    queryFn: ({ pageParam, signal }) =>
      get<PersonEvent[]>(`/api/profiles/events?limit=${most}&skip=${pageParam}&${asked(person)}`, sandbox, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) =>
      last.length === most && pages.length * most <= 1000 ? pages.length * most : null,
  });
}

/** All stays of a person, those that began last first. */
export function useStays(person: Identity) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["stays", sandbox, person],
    queryFn: async ({ signal }) => {
      const { namespace, id } = person;
      const query = new URLSearchParams({ namespace, person: id });
      const found = await get<Stay[]>(`/api/stays?${query}`, sandbox, signal);
      return [...found].sort((one, other) => other.enteredAt - one.enteredAt);
    },
    refetchInterval: 5_000,
  });
}

/** What an event did, and why it did not do more. */
export function useEventExplanation(id: string) {
  const sandbox = useSandbox();
  const language = useLanguage();
  return useQuery({
    queryKey: ["event-explanation", sandbox, id, language],
    queryFn: ({ signal }) => get<EventExplanation>(`/api/events/${encodeURIComponent(id)}/explain`, sandbox, signal),
    enabled: id !== "",
  });
}

/** Whether, and since when, addresses are not written to. */
export function useSuppressions(addresses: readonly string[]) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["suppressions", sandbox, addresses],
    queryFn: async ({ signal }) => {
      const pages = addresses.map((address) =>
        get<Schemas["Suppressions"]>(`/api/suppressions?address=${encodeURIComponent(address)}`, sandbox, signal),
      );
      return (await Promise.all(pages)).flatMap((page) => page.suppressions);
    },
    refetchInterval: 2_000, // a change is accepted first and done a moment later
  });
}

export const suppress = (sandbox: string, body: { channel: "email" | "sms"; address: string; reason: string }) =>
  ask("POST", "/api/suppressions", { sandbox, body });

export const release = (sandbox: string, { channel, address }: Pick<Suppression, "channel" | "address">) =>
  ask("DELETE", `/api/suppressions?${new URLSearchParams({ channel, address })}`, { sandbox });

/** The fields that records of a dataset can have. */
export function useDatasetFields(dataset: string | null) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["dataset-fields", sandbox, dataset],
    queryFn: ({ signal }) => get<Fields>(`/api/datasets/${encodeURIComponent(dataset ?? "")}/fields`, sandbox, signal),
    enabled: dataset !== null,
  });
}

interface Line {
  readonly line: number;
  readonly json: string;
}

export interface Refusal {
  readonly line: number;
  readonly why: string;
  readonly text: string;
}

const CHUNK = 500;

/** Sends records in parts; what is refused is told with its line. Raises what requests raise. */
export async function sendRecords(
  sandbox: string,
  dataset: string,
  records: readonly Line[],
  progress: (done: number, refused: readonly Refusal[]) => void = () => undefined,
  signal?: AbortSignal,
): Promise<readonly Refusal[]> {
  const refused: Refusal[] = [];
  for (let at = 0; at < records.length; at += CHUNK) {
    const part = records.slice(at, at + CHUNK);
    const { body } = await ask<{ accepted: number; refused: Refused[] }>(
      "POST",
      `/api/datasets/${encodeURIComponent(dataset)}/records`,
      { sandbox, text: part.map((each) => each.json).join("\n"), signal },
    );
    for (const { line, problem } of body.refused) {
      const record = part[line - 1];
      refused.push({ line: record?.line ?? line, why: String(problem.title), text: record?.json.slice(0, 120) ?? "" });
    }
    progress(Math.min(at + CHUNK, records.length), refused);
  }
  return refused;
}

/** Everything that is held on a person. */
export const heldOn = (sandbox: string, person: Identity) =>
  get<Record<string, unknown>>(`/api/privacy/access?${asked(person)}`, sandbox);

/** Deletes a person everywhere; gives what the delete is known by. */
export const erase = async (sandbox: string, body: Identity) =>
  (await ask<{ token: string }>("POST", "/api/privacy/delete", { sandbox, body })).body.token;

/** Whether a delete is through. */
export function useErased(token: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["erased", token],
    queryFn: () => get<{ done: boolean }>(`/api/privacy/deletes/${token}`, sandbox),
    refetchInterval: ({ state }) => (state.data?.done ? false : 500),
  });
}

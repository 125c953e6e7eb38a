import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import type { components } from "./schema";

export type SegmentState = components["schemas"]["State"];
export type Size = components["schemas"]["Size"];
export type Identities = readonly { readonly [key: string]: string }[];
type Members = components["schemas"]["Members"];

const path = (name: string, part: string) => `/api/segments/${encodeURIComponent(name)}/${part}`;

/** How large all segments are; asked for again while one is being evaluated. */
export function useSegmentStates() {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["segment-states", sandbox],
    queryFn: ({ signal }) => get<SegmentState[]>("/api/segment-states", sandbox, signal),
    refetchInterval: ({ state }) => (state.data?.some((each) => each.progress) ? 500 : 5_000),
  });
}

export function useSegmentState(name: string): SegmentState | undefined {
  return useSegmentStates().data?.find((each) => each.name === name);
}

/** How large a segment of this definition would be. */
export function useEstimate(definition: string, enabled: boolean) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["estimate", sandbox, definition],
    queryFn: async ({ signal }) =>
      (await ask<Size>("POST", "/api/segments/estimate", { sandbox, body: { definition }, signal })).body,
    enabled: enabled && definition !== "",
    staleTime: 10_000,
  });
}

export function useMembers(name: string) {
  const sandbox = useSandbox();
  return useInfiniteQuery({
    queryKey: ["members", sandbox, name],
    queryFn: ({ pageParam, signal }) =>
      get<Members>(`${path(name, "members")}?limit=100&after=${pageParam}`, sandbox, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  });
}

/** Evaluates a segment for everybody, or gives that up. */
export const evaluate = (sandbox: string, name: string, cancel: boolean) =>
  ask(cancel ? "DELETE" : "POST", path(name, "evaluate"), { sandbox });

export type UploadMode = "replace" | "add" | "remove";
const CHUNK = 5_000;

/** Sends an audience in parts; `progress` is told how many ids have arrived. Raises what requests raise. */
export async function upload(
  sandbox: string,
  name: string,
  namespace: string,
  ids: readonly string[],
  mode: UploadMode,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const send = (part: readonly string[], how: string) =>
    ask("POST", `${path(name, "members")}?namespace=${encodeURIComponent(namespace)}&mode=${how}`, {
      sandbox,
      text: part.join("\n"),
      signal,
    });
  if (mode === "replace") await send([], "begin");
  for (let at = 0; at < ids.length; at += CHUNK) {
    await send(ids.slice(at, at + CHUNK), mode === "remove" ? "remove" : "add");
    progress(Math.min(at + CHUNK, ids.length));
  }
  if (mode === "replace") await send([], "end");
}

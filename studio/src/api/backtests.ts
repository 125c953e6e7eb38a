import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { JourneyDocument } from "../document/types";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import { ApiError } from "./errors";
import { journeyPath } from "./journeys";
import type { components } from "./schema";
import type { VersionReport } from "./types";

type Schemas = components["schemas"];
export type Ran = Omit<Schemas["Ran"], "report"> & {
  report: Omit<VersionReport, "version" | "status" | "publishedAt">;
};
export type Backtest = Omit<Schemas["Backtest"], "draft" | "live"> & { draft?: Ran | null; live?: Ran | null };
export interface Order {
  from?: string | undefined;
  until?: string | undefined;
  document?: JourneyDocument | undefined;
  history?: string | undefined;
}

/** The backtests of a journey that run or are kept, the latest first. */
export function useBacktests(journey: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["backtests", sandbox],
    queryFn: ({ signal }) => get<Backtest[]>("/api/backtests", sandbox, signal),
    select: (all) => all.filter((each) => each.journey === journey),
    refetchInterval: (query) => (query.state.data?.some((each) => each.state === "running") ? 250 : false),
  });
}

export function useBacktestCommands(journey: string) {
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ["backtests", sandbox] });
  const start = useMutation({
    mutationFn: async (order: Order) =>
      (await ask<Backtest>("POST", `${journeyPath(journey)}/backtest`, { sandbox, body: order })).body,
    onSuccess: changed,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => ask("DELETE", `/api/backtests/${id}`, { sandbox }),
    onSuccess: changed,
  });
  return { start, cancel };
}

const PART = 4 * 1024 * 1024;

/** Sends a file of events (JSON lines, also gzip) in parts, each ending with a line; gives the history's id. */
export async function upload(file: File, sandbox: string, progress: (share: number) => void): Promise<string> {
  const bytes = file.stream().pipeThrough(counting((done) => progress(done / Math.max(1, file.size))));
  const plain = /\.gz$/i.test(file.name) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  const reader = plain.getReader();
  let id = "";
  let kept = new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (value) kept = joined(kept, value);
    const end = done ? kept.length : kept.length >= PART ? kept.lastIndexOf(10) + 1 : 0;
    if (end > 0) {
      id = await send(kept.slice(0, end), sandbox, id);
      kept = kept.slice(end);
    }
    if (done) return id;
  }
}

async function send(body: Uint8Array<ArrayBuffer>, sandbox: string, id: string): Promise<string> {
  const response = await fetch(id ? `/api/histories?id=${id}` : "/api/histories", {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson", "x-sandbox-name": sandbox },
    body,
  });
  const answer = await response.json();
  if (!response.ok) throw new ApiError(answer);
  return answer.id as string;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function counting(told: (done: number) => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let done = 0;
  return new TransformStream({
    transform(chunk, controller) {
      done += chunk.length;
      told(done);
      controller.enqueue(chunk);
    },
  });
}

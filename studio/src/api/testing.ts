import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import { journeyPath } from "./journeys";
import type { components } from "./schema";
import { listen } from "./stream";

export type Test = components["schemas"]["Test"];
export type Testers = components["schemas"]["Testers"];
export type Flow = components["schemas"]["Flow"];
export type Move = components["schemas"]["Move"] & { stay: string; person: string };

/** Test mode of a journey, asked for while it comes and goes. */
export function useTest(journey: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["test", sandbox, journey],
    queryFn: ({ signal }) => get<Test>(`${journeyPath(journey)}/test`, sandbox, signal),
    refetchInterval: (query) => (query.state.data?.state.endsWith("ing") ? 300 : 3_000),
  });
}

/** Whom events can be triggered for. */
export function useTesters(journey: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["testers", sandbox, journey],
    queryFn: ({ signal }) => get<Testers>(`${journeyPath(journey)}/test/profiles`, sandbox, signal),
  });
}

export function useTestCommands(journey: string) {
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const path = `${journeyPath(journey)}/test`;
  const changed = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["test", sandbox, journey] }),
      queries.invalidateQueries({ queryKey: ["journey", sandbox, journey, "state"] }),
      queries.invalidateQueries({ queryKey: ["journeys", sandbox] }),
    ]);
  const activate = useMutation({
    mutationFn: (wait: string | undefined) => ask("POST", path, { sandbox, body: wait ? { wait } : {} }),
    onSuccess: changed,
  });
  const deactivate = useMutation({ mutationFn: () => ask("DELETE", path, { sandbox }), onSuccess: changed });
  const trigger = useMutation({
    mutationFn: (body: components["schemas"]["TriggerBody"]) => ask("POST", `${path}/events`, { sandbox, body }),
  });
  return { activate, deactivate, trigger };
}

export interface Seen {
  readonly stay: string;
  readonly person: string;
  readonly phase: string;
  readonly arrows: readonly string[];
}

/** What is seen of a test: the people in order of their entry, and the activities at which something failed. */
export interface Sight {
  readonly people: readonly Seen[];
  readonly errors: Readonly<Record<string, number>>;
}

export const NOTHING_SEEN: Sight = { people: [], errors: {} };

/** How a test looks first. */
export function begun(flow: Flow): Sight {
  return {
    people: flow.people.map(({ stay, person, phase, arrows }) => ({ stay, person, phase, arrows })),
    errors: Object.fromEntries(
      Object.entries(flow.activities).flatMap(([id, { errors }]) => (errors ? [[id, errors]] : [])),
    ),
  };
}

/** How it looks after a move. */
export function moved(sight: Sight, move: Move): Sight {
  const before = sight.people.find((each) => each.stay === move.stay) ?? {
    stay: move.stay,
    person: move.person,
    arrows: [],
  };
  const after: Seen = {
    ...before,
    phase: phaseAfter(move),
    arrows: move.arrow === null || move.arrow === undefined ? before.arrows : [...before.arrows, move.arrow],
  };
  const known = sight.people.some((each) => each.stay === move.stay);
  return {
    people: known ? sight.people.map((each) => (each.stay === move.stay ? after : each)) : [...sight.people, after],
    errors: move.error ? { ...sight.errors, [move.activity]: (sight.errors[move.activity] ?? 0) + 1 } : sight.errors,
  };
}

function phaseAfter({ ended, status, error, arrow }: Move): string {
  if (!ended) return "running";
  if (status === "exited" || status === "stopped") return status;
  return error && !arrow ? "error" : "finished";
}

/** How many took each arrow, as the canvas counts. */
export function counted({ people }: Sight) {
  const activities: Record<string, { left: number; arrows: Record<string, number> }> = {};
  for (const arrow of people.flatMap((each) => each.arrows)) {
    const id = arrow.slice(0, arrow.lastIndexOf("/"));
    activities[id] ??= { left: 0, arrows: {} };
    activities[id].left += 1;
    activities[id].arrows[arrow] = (activities[id].arrows[arrow] ?? 0) + 1;
  }
  return { entered: people.length, activities };
}

/** A running test as it happens. */
export function useSight(journey: string, running: boolean): Sight {
  const sandbox = useSandbox();
  const [sight, setSight] = useState(NOTHING_SEEN);
  useEffect(() => {
    setSight(NOTHING_SEEN);
    if (!running) return;
    const end = new AbortController();
    const told = (name: string, data: unknown) => {
      if (name === "flow") setSight(begun(data as Flow));
      if (name === "move") setSight((old) => moved(old, data as Move));
    };
    void listen(`${journeyPath(journey)}/test/stream`, sandbox, told, end.signal);
    return () => end.abort();
  }, [journey, sandbox, running]);
  return sight;
}

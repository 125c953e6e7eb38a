import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import { journeyPath } from "./journeys";
import type { components } from "./schema";
import { begun, type Flow, type Move, moved, NOTHING_SEEN, type Sight } from "./sight";
import { listen } from "./stream";

export type Test = components["schemas"]["Test"];
export type Testers = components["schemas"]["Testers"];
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

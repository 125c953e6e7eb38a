import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSandbox } from "../frame/session";
import { ask, get } from "./client";
import { journeyPath } from "./journeys";
import type { components } from "./schema";
import type { VersionReport } from "./types";

type Counted = Omit<VersionReport, "version" | "status" | "publishedAt">;
export type Shadow = Omit<components["schemas"]["ShadowReport"], "shadow" | "live"> & {
  shadow: Counted | null;
  live: Counted | null;
};

/** A draft beside the live version, as it goes. */
export function useShadow(journey: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["shadow", sandbox, journey],
    queryFn: ({ signal }) => get<Shadow>(`${journeyPath(journey)}/shadow`, sandbox, signal),
    refetchInterval: 1_500,
  });
}

export function useShadowCommands(journey: string) {
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["shadow", sandbox, journey] });
  const path = `${journeyPath(journey)}/shadow`;
  const start = useMutation({ mutationFn: () => ask("POST", path, { sandbox, body: {} }), onSuccess });
  const stop = useMutation({ mutationFn: () => ask("DELETE", path, { sandbox }), onSuccess });
  return { start, stop };
}

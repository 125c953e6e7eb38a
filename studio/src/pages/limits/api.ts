import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ask } from "../../api/client";
import { DEFAULT_SANDBOX, useSandbox } from "../../frame/session";
import { type Body, type Kind, type Limit, limitOf } from "./limit";

const PATHS: Record<Kind, string> = { capping: "endpointConfigs", throttling: "throttlingConfigs" };
const MOST = 1000;

async function listed(kind: Kind, sandbox: string): Promise<Limit[]> {
  const body = { page: 0, pageSize: MOST };
  const answer = await ask<{ results: Parameters<typeof limitOf>[1][] }>("POST", `/authoring/list/${PATHS[kind]}`, {
    sandbox,
    body,
  });
  return answer.body.results.map((each) => limitOf(kind, each));
}

/** All limits: the caps of the sandbox, and of the production sandbox the throttling of all. */
export function useLimits() {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["limits", sandbox],
    queryFn: async () => [
      ...(await listed("capping", sandbox)),
      ...(sandbox === DEFAULT_SANDBOX ? await listed("throttling", sandbox) : []),
    ],
  });
}

export interface Verdict {
  validationStatus: "ok" | "error";
  errors?: { errorCode: string; error: string }[];
  warnings?: { warningCode: string; warning: string }[];
}

/** Whether a limit as it is saved could be deployed. */
export function useVerdict(limit: Limit | undefined) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["limits", sandbox, "verdict", limit?.uid, limit?.state, limit?.changedAt],
    queryFn: async () => {
      const path = `/authoring/${PATHS[limit?.kind ?? "capping"]}/${limit?.uid}/canDeploy`;
      return (await ask<{ canDeploy: Verdict }>("GET", path, { sandbox })).body.canDeploy;
    },
    enabled: limit !== undefined,
  });
}

/** What changes limits; each tells the list. */
export function useLimitCommands(kind: Kind) {
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const path = `/authoring/${PATHS[kind]}`;
  const told = <T>(answer: Promise<T>) =>
    answer.finally(() => void queries.invalidateQueries({ queryKey: ["limits", sandbox] }));
  return {
    write: (uid: string | undefined, body: Body) =>
      told(ask<{ uid: string }>(uid ? "PUT" : "POST", uid ? `${path}/${uid}` : path, { sandbox, body })),
    deploy: (uid: string) => told(ask("POST", `${path}/${uid}/deploy`, { sandbox })),
    undeploy: (uid: string) => told(ask("POST", `${path}/${uid}/undeploy`, { sandbox })),
    remove: (uid: string, force: boolean) =>
      told(ask("DELETE", `${path}/${uid}${force ? "?forceDelete=true" : ""}`, { sandbox })),
  };
}

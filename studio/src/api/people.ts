import { useInfiniteQuery } from "@tanstack/react-query";
import { useSandbox } from "../frame/session";
import { get } from "./client";
import { journeyPath } from "./journeys";
import type { components } from "./schema";

export type People = components["schemas"]["People"];

/** Whose number it is: as `GET /api/journeys/{name}/people` asks. */
export interface Behind {
  readonly here?: string | undefined;
  readonly left?: string | undefined;
  readonly dropped?: string | undefined;
  readonly took?: string | undefined;
  readonly outcome?: string | undefined;
  readonly version?: number | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The people behind a number, page by page. */
export function usePeople(journey: string, behind: Behind) {
  const sandbox = useSandbox();
  return useInfiniteQuery({
    queryKey: ["people", sandbox, journey, behind],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ limit: "50" });
      for (const [name, value] of Object.entries(behind)) if (value !== undefined) asked.set(name, String(value));
      if (pageParam) asked.set("after", pageParam);
      return get<People>(`${journeyPath(journey)}/people?${asked}`, sandbox, signal);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

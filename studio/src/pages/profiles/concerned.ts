import { useQueries } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { EventExplanation } from "../../api/profiles";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";

/** Those of some events that a journey was told of; undefined while that is asked for. */
export function useConcerned(ids: readonly string[], journey: string): readonly string[] | undefined {
  const sandbox = useSandbox();
  const language = useLanguage();
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ["event-explanation", sandbox, id, language],
      queryFn: () => get<EventExplanation>(`/api/events/${encodeURIComponent(id)}/explain`, sandbox),
    })),
    combine: (results) =>
      results.some((each) => each.isPending)
        ? undefined
        : ids.filter((_, index) =>
            results[index]?.data?.matches.some((match) => match.effects.some((effect) => effect.journey === journey)),
          ),
  });
}

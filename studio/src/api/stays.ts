import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "../frame/preferences";
import { useSandbox } from "../frame/session";
import { get } from "./client";
import type { components } from "./schema";

export type Stay = components["schemas"]["Stay"];
export type Explanation = components["schemas"]["Explanation"];

/** Why a stay went the way it went; newly asked for while the person is still on the way. */
export function useExplanation(stay: string, person: string) {
  const sandbox = useSandbox();
  const language = useLanguage();
  return useQuery({
    queryKey: ["explanation", sandbox, stay, language],
    queryFn: ({ signal }) =>
      get<Explanation>(
        `/api/stays/${encodeURIComponent(stay)}/explain?person=${encodeURIComponent(person)}`,
        sandbox,
        signal,
      ),
    refetchInterval: (query) => (query.state.data?.phase === "running" ? 2_000 : false),
  });
}

import { useQuery } from "@tanstack/react-query";
import { ask } from "../api/client";
import type { components } from "../api/schema";
import { useLanguage } from "../frame/preferences";
import { useSandbox } from "../frame/session";
import { percent } from "../messages/text";
import { useSay } from "../messages/use";
import type { Sight } from "./analysis";
import css from "./Expression.module.css";
import { words } from "./words";

type Shared = components["schemas"]["Shared"];

/** Of how many of the last week's events a condition is true. */
export function Share({ sight, text }: { sight: Sight; text: string }) {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const found = useQuery({
    queryKey: ["share", sandbox, sight, text],
    queryFn: async ({ signal }) =>
      (await ask<Shared>("POST", "/api/expressions/share", { sandbox, body: { ...sight, text }, signal })).body,
    enabled: text !== "",
    staleTime: 30_000,
    retry: false,
  }).data;
  if (!found || found.why) return null;
  const { event = "", events = 0, true: held = 0 } = found;
  if (events === 0) return <p className="soft">{say("noEventsLately", { event: event ?? "" })}</p>;
  const share = held / events;
  return (
    <p className={css.share}>
      <span className={css.bar} aria-hidden>
        <i style={{ width: `${100 * share}%` }} />
      </span>
      {say("shareOf", { share: percent(share, language), count: events, event: event ?? "" })}
    </p>
  );
}

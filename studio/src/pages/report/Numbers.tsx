import type { Counts } from "../../api/types";
import { useLanguage } from "../../frame/preferences";
import { number, percent } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { words } from "./words";

const SHOWN = ["entered", "completed", "current", "failed", "exited", "stopped"] as const;

/** The numbers of a journey; entered is the sum of the others. */
export function Numbers({ counts }: { counts: Counts }) {
  const say = useSay(words);
  const language = useLanguage();
  return (
    <dl className={css.numbers}>
      {SHOWN.map((name) => (
        <div key={name} className={counts[name] > 0 ? css[name] : undefined}>
          <dt>{say(name)}</dt>
          <dd>
            {number(counts[name], language)}
            {name !== "entered" && counts.entered > 0 && counts[name] > 0 && (
              <small>{say("completionRate", { share: percent(counts[name] / counts.entered, language) })}</small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

import type { Counts } from "../../../api/types";
import { useLanguage } from "../../../frame/preferences";
import { number, percent } from "../../../messages/text";
import { useSay } from "../../../messages/use";
import css from "./Lens.module.css";
import { words } from "./words";

const OUTCOMES = ["entered", "completed", "failed", "exited", "current"] as const;

/** The outcomes of one run, or of several side by side, with the share of whoever entered. */
export function Beside({ columns }: { columns: readonly { title: string; counts: Counts }[] }) {
  const say = useSay(words);
  const language = useLanguage();
  return (
    <table className={css.figures}>
      <thead>
        <tr>
          <th scope="col">
            <span className="only-read-aloud">{say("figure")}</span>
          </th>
          {columns.map(({ title }) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {OUTCOMES.map((outcome) => (
          <tr key={outcome}>
            <th scope="row">{say(outcome)}</th>
            {columns.map(({ title, counts }) => (
              <td key={title}>
                {number(counts[outcome], language)}
                {outcome !== "entered" && counts.entered > 0 && counts[outcome] > 0 && (
                  <small>{percent(counts[outcome] / counts.entered, language)}</small>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many calls each run would have made. */
export function Calls({ columns }: { columns: readonly Readonly<Record<string, number>>[] }) {
  const say = useSay(words);
  const language = useLanguage();
  const names = [...new Set(columns.flatMap((calls) => Object.keys(calls)))].sort();
  if (names.length === 0) return <p className="soft">{say("noCalls")}</p>;
  return (
    <table className={css.figures}>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {columns.map((calls, index) => (
              <td key={index}>{number(calls[name] ?? 0, language)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

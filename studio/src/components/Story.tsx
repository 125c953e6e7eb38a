import { ChevronRight } from "lucide-react";
import { type Explanation, useExplanation } from "../api/stays";
import { askedWords } from "../document/reading";
import { useLanguage } from "../frame/preferences";
import { clock } from "../messages/text";
import { useSay } from "../messages/use";
import { Loaded } from "./Loaded";
import css from "./Story.module.css";
import { words } from "./storyWords";
import { friendly } from "./told";

type Move = Explanation["moves"][number];

/** The way that somebody took through a journey, as prose; what each decision saw, and payloads, are folded away. */
export function Story({ stay, person }: { stay: string; person: string }) {
  return <Loaded query={useExplanation(stay, person)}>{(told) => <Told told={told} />}</Loaded>;
}

function Told({ told }: { told: Explanation }) {
  const language = useLanguage();
  const shown = new Set<number>();
  return (
    <ol className={css.story}>
      {told.lines.map((line, index) => {
        const move = shown.has(line.n) ? undefined : told.moves.find((each) => each.n === line.n);
        shown.add(line.n);
        return (
          <li key={index} className={move?.error ? css.failed : undefined}>
            <time dateTime={new Date(line.at).toISOString()}>{clock(line.at, language)}</time>
            <div>
              <p>
                {friendly(
                  line.text,
                  told.moves.find((each) => each.n === line.n),
                  language,
                )}
              </p>
              {move && <Details move={move} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** What stands behind a sentence: the conditions that were asked, the values that they saw, the event, the calls. */
function Details({ move }: { move: Move }) {
  const say = useSay(words);
  const language = useLanguage();
  const seen = Object.entries(move.seen);
  return (
    <>
      {(move.decisions.length > 0 || seen.length > 0) && (
        <Folded title={say("decision")}>
          <ul className={css.decisions}>
            {move.decisions.map(({ path, condition, outcome }) => (
              <li key={path} className={outcome ? css.held : undefined}>
                <strong>{path}</strong>
                <span>{askedWords(condition, language)}</span>
                <span className="soft">{say(outcome === null ? "notAsked" : outcome ? "holds" : "fails")}</span>
              </li>
            ))}
          </ul>
          {seen.length > 0 && (
            <dl className={css.seen}>
              {seen.map(([name, value]) => (
                <div key={name}>
                  <dt>
                    <code>{name}</code>
                  </dt>
                  <dd>
                    <code>{JSON.stringify(value)}</code>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </Folded>
      )}
      {move.event && (
        <Folded title={say("payload", { name: move.event.name })}>
          <Json value={move.event.payload} />
        </Folded>
      )}
      {move.calls.map((call) => (
        <Folded key={call.called} title={say("call", { name: call.called })}>
          <h4>{say("request")}</h4>
          <Json value={call.request} />
          <h4>{say("answer")}</h4>
          {call.answer ? <Json value={call.answer} /> : <p className="soft">{say("open")}</p>}
        </Folded>
      ))}
    </>
  );
}

function Folded({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <details className={css.folded}>
      <summary>
        <ChevronRight size={14} aria-hidden />
        {title}
      </summary>
      {children}
    </details>
  );
}

function Json({ value }: { value: unknown }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
  return <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>;
}

import { Link } from "@tanstack/react-router";
import { useJourneys, useReports } from "../../api/journeys";
import type { ListedJourney } from "../../api/types";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { Status } from "../../components/Status";
import { useLanguage } from "../../frame/preferences";
import { useMay, useServerStatus } from "../../frame/session";
import { number } from "../../messages/text";
import { useSay } from "../../messages/use";
import { FirstSteps } from "./FirstSteps";
import css from "./Home.module.css";
import { words } from "./words";

/** For a newcomer the way to a first journey; for others what runs and what needs them. */
export default function Home() {
  const say = useSay(words);
  return (
    <Loaded query={useJourneys()}>
      {(journeys) => {
        const running = journeys.filter((journey) => journey.versions.some((version) => version.status !== "draft"));
        return (
          <Page title={say("hello")} lead={running.length > 0 ? say("leadRunning") : undefined}>
            {running.length > 0 ? (
              <Overview journeys={journeys} running={running} />
            ) : (
              <FirstSteps journeys={journeys} />
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}

const CARDS = 8;

function Overview({ journeys, running }: { journeys: readonly ListedJourney[]; running: readonly ListedJourney[] }) {
  const say = useSay(words);
  const language = useLanguage();
  const mayRead = useMay("read-reports");
  const status = useServerStatus();
  const shown = running.slice(0, CARDS);
  const reports = useReports(mayRead ? shown.map((journey) => journey.name) : []);
  const troubled = shown.filter(({ name }) => (reports[name]?.failed ?? 0) + (reports[name]?.quarantined ?? 0) > 0);
  const drafts = journeys.filter((journey) => journey.versions.at(-1)?.status === "draft").slice(0, CARDS);
  return (
    <>
      <section className={css.section}>
        <h2>{say("running")}</h2>
        <ul className={css.cards}>
          {shown.map(({ name, versions }) => {
            const report = reports[name];
            const live = [...versions].reverse().find((version) => version.status !== "draft");
            return (
              <li key={name} className={css.card}>
                <div className={css.title}>
                  <Link to="/journeys/$name" params={{ name }}>
                    {name}
                  </Link>
                  {live && <Status status={live.status} />}
                </div>
                {report && (
                  <dl>
                    {(["entered", "current", "completed", "failed"] as const).map((key) => (
                      <div key={key}>
                        <dt>{say(key)}</dt>
                        <dd>{number(report[key], language)}</dd>
                      </div>
                    ))}
                  </dl>
                )}
                {report && report.entered > 0 && <Bar parts={[report.completed, report.current, report.failed]} />}
                <Link to="/journeys/$name/report" params={{ name }} aria-label={`${say("report")}: ${name}`}>
                  {say("report")}
                </Link>
              </li>
            );
          })}
        </ul>
      </section>
      <section className={css.section}>
        <h2>{say("attention")}</h2>
        {troubled.length === 0 && <Notice kind="good">{say("allWell")}</Notice>}
        {troubled.map(({ name }) => {
          const { failed = 0, quarantined = 0 } = reports[name] ?? {};
          const link = (
            <Link to="/journeys/$name/report" params={{ name }} aria-label={`${say("open")}: ${name}`}>
              {say("open")}
            </Link>
          );
          return (
            <Notice key={name} kind="warning" action={link}>
              {failed > 0 && <p>{say("failedCount", { name, count: failed })}</p>}
              {quarantined > 0 && <p>{say("quarantinedCount", { name, count: quarantined })}</p>}
            </Notice>
          );
        })}
      </section>
      {drafts.length > 0 && (
        <section className={css.section}>
          <h2>{say("drafts")}</h2>
          <ul className={css.drafts}>
            {drafts.map(({ name }) => (
              <li key={name}>
                <span>{name}</span>
                <Link to="/journeys/$name" params={{ name }} aria-label={`${say("edit")}: ${name}`}>
                  {say("edit")}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {status && (
        <p className="soft">
          {say("received", { count: status.accepted })} · {say("openCalls", { count: status.openCalls })}
        </p>
      )}
    </>
  );
}

/** Completed, on the way, failed, as parts of a whole; the numbers stand above. */
function Bar({ parts }: { parts: readonly [completed: number, current: number, failed: number] }) {
  const [completed, current, failed] = parts;
  return (
    <div className={css.bar} aria-hidden>
      <i className={css.completed} style={{ flexGrow: completed }} />
      <i className={css.current} style={{ flexGrow: current }} />
      <i className={css.failed} style={{ flexGrow: failed }} />
    </div>
  );
}

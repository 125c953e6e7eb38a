import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../../api/client";
import { journeyPath } from "../../api/journeys";
import type { ListedVersion } from "../../api/listing";
import { rowsOf, useMetrics } from "../../api/metrics";
import type { Finding } from "../../api/types";
import { Notice } from "../../components/Notice";
import { Status } from "../../components/Status";
import { useLanguage } from "../../frame/preferences";
import { useMay, useMe, useSandbox, useServerStatus } from "../../frame/session";
import { number } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./Home.module.css";
import { words } from "./words";

const DAY_MS = 86_400_000;
const COUNTS = ["entered", "current", "completed", "failed"] as const;

/** What runs, what fails, and what needs somebody. */
export function Overview({ running, drafts }: { running: readonly ListedVersion[]; drafts: readonly ListedVersion[] }) {
  const say = useSay(words);
  const language = useLanguage();
  const mayReport = useMay("read-reports");
  const status = useServerStatus();
  const names = running.map((each) => each.name);
  const answer = useMetrics(
    { metrics: [...COUNTS], dimensions: ["journey"], filters: { journey: names } },
    mayReport && names.length > 0,
  ).data;
  const counts = new Map((answer ? rowsOf(answer) : []).map((row) => [String(row.journey), row]));
  const errors = useErrors(drafts.map((each) => each.name));
  return (
    <>
      <section className={css.section}>
        <h2>{say("running")}</h2>
        {running.length === 0 && <Notice kind="info">{say("nothingRuns")}</Notice>}
        <ul className={css.cards}>
          {running.map(({ name, status }) => {
            const row = counts.get(name);
            const of = (key: (typeof COUNTS)[number]) => Number(row?.[key] ?? 0);
            return (
              <li key={name} className={css.card}>
                <div className={css.title}>
                  <Link to="/journeys/$name" params={{ name }}>
                    {name}
                  </Link>
                  <Status status={status} />
                </div>
                {mayReport && (
                  <>
                    <dl>
                      {COUNTS.map((key) => (
                        <div key={key}>
                          <dt>{say(key)}</dt>
                          <dd>{number(of(key), language)}</dd>
                        </div>
                      ))}
                    </dl>
                    {of("entered") > 0 && <Bar parts={[of("completed"), of("current"), of("failed")]} />}
                    <Link to="/journeys/$name/report" params={{ name }}>
                      {say("report")}
                      <span className="only-read-aloud">: {name}</span>
                    </Link>
                  </>
                )}
              </li>
            );
          })}
        </ul>
      </section>
      {mayReport && <Attention />}
      {drafts.length > 0 && (
        <section className={css.section}>
          <h2>{say("drafts")}</h2>
          <ul className={css.drafts}>
            {drafts.map(({ name }) => (
              <li key={name}>
                <span>
                  {name}
                  {(errors.get(name) ?? 0) > 0 && (
                    <small className={css.errors}>{say("toMend", { count: errors.get(name) ?? 0 })}</small>
                  )}
                </span>
                <Link to="/journeys/$name" params={{ name }}>
                  {say("edit")}
                  <span className="only-read-aloud">: {name}</span>
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

/** How many errors each draft has, by name. */
function useErrors(names: readonly string[]): ReadonlyMap<string, number> {
  const sandbox = useSandbox();
  return useQueries({
    queries: names.map((name) => ({
      queryKey: ["journey", sandbox, name, "findings"],
      queryFn: () => get<Finding[]>(`${journeyPath(name)}/findings`, sandbox),
      staleTime: 30_000,
    })),
    combine: (results) =>
      new Map(
        results.map((result, index) => [
          names[index] ?? "",
          (result.data ?? []).filter((finding) => finding.severity === "error").length,
        ]),
      ),
  });
}

/** Alerts that fire, journeys in which somebody failed since yesterday, and what is in quarantine. */
function Attention() {
  const say = useSay(words);
  const sandbox = useSandbox();
  const { administrator } = useMe();
  const now = useServerStatus()?.clock.now;
  const since = now === undefined ? undefined : new Date(Math.floor((now - DAY_MS) / 60_000) * 60_000).toISOString();
  const failures = useMetrics(
    { metrics: ["failed"], dimensions: ["journey"], order: "-failed", limit: 5, ...(since ? { since } : {}) },
    since !== undefined,
  ).data;
  const alerts = useQuery({
    queryKey: ["alerts", sandbox],
    queryFn: ({ signal }) => get<{ name: string; state: string }[]>("/api/alerts", sandbox, signal),
    refetchInterval: 5_000,
  }).data;
  const aside = useQuery({
    queryKey: ["quarantine", sandbox, "some"],
    queryFn: ({ signal }) => get<unknown[]>("/api/quarantine?limit=100", sandbox, signal),
    enabled: administrator,
    refetchInterval: 10_000,
  }).data;
  const firing = (alerts ?? []).filter((alert) => alert.state === "firing");
  const failed = (failures ? rowsOf(failures) : []).filter((row) => Number(row.failed) > 0);
  const quarantined = aside?.length ?? 0;
  const well = firing.length + failed.length + quarantined === 0;
  const look = (of: string): ReactNode => (
    <>
      {say("open")}
      <span className="only-read-aloud">: {of}</span>
    </>
  );
  return (
    <section className={css.section}>
      <h2>{say("attention")}</h2>
      {well && <Notice kind="good">{say("allWell")}</Notice>}
      {firing.map(({ name }) => (
        <Notice
          key={name}
          kind="error"
          action={
            <Link to="/reports/alerts/$name" params={{ name }}>
              {look(name)}
            </Link>
          }
        >
          {say("alertFires", { name })}
        </Notice>
      ))}
      {failed.map((row) => (
        <Notice
          key={String(row.journey)}
          kind="warning"
          action={
            <Link to="/journeys/$name/report" params={{ name: String(row.journey) }} search={{ range: "24h" }}>
              {look(String(row.journey))}
            </Link>
          }
        >
          {say("failedCount", { name: String(row.journey), count: Number(row.failed) })}
        </Notice>
      ))}
      {quarantined > 0 && (
        <Notice kind="warning" action={<Link to="/admin/quarantine">{look(say("quarantine"))}</Link>}>
          {say("quarantinedCount", { count: quarantined })}
        </Notice>
      )}
    </section>
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

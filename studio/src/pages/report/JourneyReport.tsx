import { Link, useParams, useSearch } from "@tanstack/react-router";
import { BarChart3 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { type Journey, useJourney, useRangeReport, useReport, useVersion } from "../../api/journeys";
import type { Report } from "../../api/types";
import { nameIn } from "../../canvas/names";
import { Empty } from "../../components/Empty";
import { SelectField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { Status } from "../../components/Status";
import { useLanguage } from "../../frame/preferences";
import { useServerStatus } from "../../frame/session";
import { useSay } from "../../messages/use";
import { Comparison } from "./Comparison";
import { Delivery } from "./Delivery";
import { ExportMenu } from "./ExportMenu";
import css from "./JourneyReport.module.css";
import { Numbers } from "./Numbers";
import { OverTime, ZONE } from "./OverTime";
import { RangeBar } from "./RangeBar";
import { rangeOf } from "./range";
import { Actions, Activities, Discarded } from "./Tables";
import { Timings } from "./Timings";
import { words } from "./words";

const Canvas = lazy(() => import("../../canvas/Canvas").then((module) => ({ default: module.Canvas })));
const NOTHING: ReadonlySet<string> = new Set();
const EVERY = "*";

/** What became of those who came: the numbers, the flow with its counts, actions, and what had no effect. */
export default function JourneyReport() {
  const { name } = useParams({ from: "/journeys/$name/report" });
  const say = useSay(words);
  const journey = useJourney(name);
  const report = useReport(name);
  return (
    <Page
      title={say("title", { name })}
      lead={say("live")}
      actions={
        <Link to="/journeys/$name" params={{ name }}>
          {say("design")}
        </Link>
      }
    >
      <Loaded query={journey}>
        {(journey) => <Loaded query={report}>{(report) => <Body journey={journey} report={report} />}</Loaded>}
      </Loaded>
    </Page>
  );
}

function Body({ journey, report }: { journey: Journey; report: Report }) {
  const say = useSay(words);
  const language = useLanguage();
  const asked = useSearch({ from: "/journeys/$name/report" });
  const now = useServerStatus()?.clock.now ?? Date.now();
  const [chosen, setChosen] = useState(EVERY);
  const latest = report.versions.at(-1);
  const begin = Math.min(now, ...report.versions.map((each) => each.publishedAt));
  const range = rangeOf(asked, now, begin);
  const ranged = useRangeReport(journey.name, range.since, range.until).data;
  const version = report.versions.find((each) => String(each.version) === chosen);
  const drawn = version ?? latest;
  const own = journey.versions.at(-1)?.version;
  const old = useVersion(journey.name, drawn?.version, drawn !== undefined && drawn.version !== own).data;
  if (!latest || !drawn) {
    return (
      <Empty title={say("never")} picture={<BarChart3 size={56} strokeWidth={1.25} />}>
        {say("neverText")}
      </Empty>
    );
  }
  const document = drawn.version === own ? journey.document : old;
  const within = range.since || range.until ? ranged : report;
  const flow = within?.versions.find((each) => each.version === drawn.version);
  const filters: Record<string, string[]> = version
    ? { version: [`${journey.name} v${version.version}`] }
    : { journey: [journey.name] };
  const times = { since: range.since, until: range.until };
  return (
    <>
      <div className={css.bar}>
        <RangeBar asked={asked} range={range} />
        {report.versions.length > 1 && (
          <SelectField
            label={say("version")}
            hideLabel
            value={chosen}
            onChange={setChosen}
            options={[
              { id: EVERY, label: say("whole") },
              ...report.versions.map((each) => ({
                id: String(each.version),
                label: say("versionOf", { version: each.version }),
              })),
            ]}
          />
        )}
        <ExportMenu
          path="/api/metrics"
          name={`${journey.name}-report`}
          body={{
            metrics: ["entered", "completed", "failed", "exited", "stopped", "completionRate"],
            filters,
            grain: range.grain,
            zone: ZONE,
            order: "time",
            ...(range.since ? { since: range.since } : {}),
            ...(range.until ? { until: range.until } : {}),
          }}
        />
        <span className={css.status}>
          <Status status={drawn.status} />
        </span>
      </div>
      {within && <Numbers counts={version && flow ? flow : within} />}
      {report.quarantined > 0 && <Notice kind="warning">{say("quarantined", { count: report.quarantined })}</Notice>}
      <OverTime filters={filters} range={range} />
      {document && flow && (
        <section className={css.card}>
          <h2>{say("flow")}</h2>
          <div className={css.flow}>
            <Suspense>
              <Canvas document={document} least={0.4} selected={NOTHING} onSelect={() => undefined} counts={flow} />
            </Suspense>
          </div>
        </section>
      )}
      {document && flow && <Activities document={document} counts={flow} />}
      {within && <Actions report={within} />}
      <Delivery filters={filters} {...times} />
      <Timings filters={filters} {...times} name={(id) => (document ? nameIn(document, id, language) : id)} />
      <Comparison journey={journey} {...times} />
      <Discarded report={report} />
    </>
  );
}

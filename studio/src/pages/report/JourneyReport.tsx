import { Link, useParams } from "@tanstack/react-router";
import { BarChart3 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { type Journey, useJourney, useReport } from "../../api/journeys";
import { Empty } from "../../components/Empty";
import { SelectField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { Status } from "../../components/Status";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { Numbers } from "./Numbers";
import { Actions, Activities, Discarded } from "./Tables";
import { words } from "./words";

const Canvas = lazy(() => import("../../canvas/Canvas").then((module) => ({ default: module.Canvas })));
const NOTHING: ReadonlySet<string> = new Set();

/** What became of those who came: the numbers, the flow with its counts, actions, and what had no effect. */
export default function JourneyReport() {
  const { name } = useParams({ from: "/journeys/$name/report" });
  const say = useSay(words);
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
      <Loaded query={useJourney(name)}>{(journey) => <Body journey={journey} />}</Loaded>
    </Page>
  );
}

function Body({ journey }: { journey: Journey }) {
  const say = useSay(words);
  const query = useReport(journey.name);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Loaded query={query}>
      {(report) => {
        const version = report.versions.find((each) => String(each.version) === chosen) ?? report.versions.at(-1);
        if (!version) {
          return (
            <Empty title={say("never")} picture={<BarChart3 size={56} strokeWidth={1.25} />}>
              {say("neverText")}
            </Empty>
          );
        }
        const latest = version.version === journey.versions.at(-1)?.version;
        return (
          <>
            <div className={css.bar}>
              <Status status={version.status} />
              {report.versions.length > 1 && (
                <SelectField
                  label={say("version")}
                  hideLabel
                  value={String(version.version)}
                  onChange={setChosen}
                  options={report.versions.map((each) => ({
                    id: String(each.version),
                    label: say("versionOf", { version: each.version }),
                  }))}
                />
              )}
            </div>
            <Numbers counts={report.versions.length > 1 ? version : report} />
            {report.quarantined > 0 && (
              <Notice kind="warning">{say("quarantined", { count: report.quarantined })}</Notice>
            )}
            {latest && (
              <section className={css.card}>
                <h2>{say("flow")}</h2>
                <div className={css.flow}>
                  <Suspense>
                    <Canvas
                      document={journey.document}
                      least={0.4}
                      selected={NOTHING}
                      onSelect={() => undefined}
                      counts={version}
                    />
                  </Suspense>
                </div>
              </section>
            )}
            {latest && <Activities document={journey.document} counts={version} />}
            <Actions report={report} />
            <Discarded report={report} />
          </>
        );
      }}
    </Loaded>
  );
}

import { Link } from "@tanstack/react-router";
import { useContext, useMemo, useState } from "react";
import { useRangeReport, useReport, useVersion } from "../../../api/journeys";
import type { Behind } from "../../../api/people";
import type { Counts, VersionReport } from "../../../api/types";
import { Canvas } from "../../../canvas/Canvas";
import type { Counting } from "../../../canvas/flow";
import { nameIn } from "../../../canvas/names";
import { pathWord } from "../../../canvas/summary";
import { SelectField } from "../../../components/Field";
import { Loaded } from "../../../components/Loaded";
import { Notice } from "../../../components/Notice";
import { Status } from "../../../components/Status";
import { useLanguage } from "../../../frame/preferences";
import { useMay, useServerStatus } from "../../../frame/session";
import { number, percent } from "../../../messages/text";
import { useSay } from "../../../messages/use";
import { ActivityPane } from "../ActivityPane";
import { Pane } from "../fields/context";
import { Choice, LeftPanel, Part } from "./Frame";
import css from "./Lens.module.css";
import type { LensProps } from "./Lenses";
import { People } from "./People";
import { words } from "./words";

type Span = "all" | "day";
const DAY_MS = 86_400_000;
const OUTCOMES = ["entered", "current", "completed", "failed", "exited", "stopped"] as const;

/** What runs: where people are and which way they went; every number opens the people behind it. */
export default function LiveLens(props: LensProps) {
  return (
    <Loaded query={useReport(props.journey.name)}>{({ versions }) => <Live {...props} versions={versions} />}</Loaded>
  );
}

function Live({
  journey,
  document,
  version,
  onTexts,
  selected,
  onSelect,
  versions,
}: LensProps & { versions: readonly VersionReport[] }) {
  const say = useSay(words);
  const language = useLanguage();
  const { name } = journey;
  const [span, setSpan] = useState<Span>("all");
  const [chosen, setChosen] = useState(version === undefined ? undefined : String(version));
  const [asked, setAsked] = useState<{ title: string; behind: Behind } | undefined>();
  const all = versions.find((each) => String(each.version) === chosen) ?? versions.at(-1);
  const now = useServerStatus()?.clock.now ?? Date.now();
  const since = new Date(Math.floor((now - DAY_MS) / 60_000) * 60_000).toISOString();
  const day = useRangeReport(name, span === "day" ? since : undefined, undefined).data;
  const open = version ?? journey.versions.at(-1)?.version;
  const old = useVersion(name, all?.version, all !== undefined && all.version !== open).data;
  const drawn = all?.version === open ? document : old;
  const within = span === "day" ? day?.versions.find((each) => each.version === all?.version) : all;
  const counts = useMemo(() => (all && within ? joined(within, all) : undefined), [within, all]);
  const pane = useContext(Pane);
  const texts = useMemo(() => ({ ...pane, texts: pane.texts && drawn === document }), [pane, drawn, document]);
  if (!all) return <Notice kind="info">{say("notRunYet")}</Notice>;
  const range = { version: all.version, ...(span === "day" ? { since } : {}) };
  const ask = (counting: Counting) => {
    if (!drawn) return;
    const label = (id: string) => nameIn(drawn, id, language);
    if (counting.what === "took") {
      const { from, path } = counting.place;
      const title = [label(from), pathWord(path, language)].filter(Boolean).join(" → ");
      setAsked({ title, behind: { took: `${from}/${path}`, ...range } });
    } else if (counting.what === "here") {
      setAsked({
        title: say("hereTitle", { name: label(counting.activity) }),
        behind: { here: counting.activity, version: all.version },
      });
    } else {
      setAsked({
        title: say("droppedTitle", { name: label(counting.activity) }),
        behind: { dropped: counting.activity, ...range },
      });
    }
  };
  const [only] = selected;
  return (
    <>
      <LeftPanel title={say("live")}>
        <Choice
          label={say("span")}
          value={span}
          options={[
            ["all", say("allTime")],
            ["day", say("lastDay")],
          ]}
          onChange={setSpan}
        />
        {versions.length > 1 ? (
          <SelectField
            label={say("version")}
            value={String(all.version)}
            onChange={setChosen}
            options={versions.map((each) => ({
              id: String(each.version),
              label: say("versionOf", { version: each.version }),
            }))}
          />
        ) : null}
        {all.version !== open && <Status status={all.status} />}
        {within && (
          <Outcomes
            counts={{ ...within, current: all.current }}
            onAsk={(outcome) =>
              setAsked({
                title: say(outcome),
                behind: { outcome, version: all.version, ...(outcome === "current" ? {} : range) },
              })
            }
          />
        )}
        {all.entered === 0 && all.status === "live" && <NobodyYet document={document} />}
        <Part title={say("howToRead")}>
          <p className="soft">{say("liveHelp")}</p>
        </Part>
        <Link to="/journeys/$name/report" params={{ name }}>
          {say("toReport")}
        </Link>
      </LeftPanel>
      <div className={css.center}>
        {drawn && (
          <Canvas document={drawn} selected={selected} onSelect={onSelect} counts={counts} onNumber={ask} least={0.5} />
        )}
      </div>
      {asked ? (
        <People
          key={JSON.stringify(asked.behind)}
          journey={name}
          title={asked.title}
          behind={asked.behind}
          onClose={() => setAsked(undefined)}
        />
      ) : (
        only &&
        drawn &&
        only in drawn.activities && (
          <Pane value={texts}>
            <ActivityPane
              key={only}
              document={drawn}
              id={only}
              onEdit={(change) => onTexts?.(change)}
              onClose={() => onSelect(new Set())}
            />
          </Pane>
        )
      )}
    </>
  );
}

/** What a journey that nobody has entered waits for. */
function NobodyYet({ document }: { document: LensProps["document"] }) {
  const say = useSay(words);
  const may = useMay("manage-configuration");
  const event = document.activities[document.start]?.event;
  if (typeof event !== "string") return <Notice kind="info">{say("waitsForEntry")}</Notice>;
  const link = (
    <Link to="/configuration/events/$name" params={{ name: event }}>
      {say("sendOne")}
    </Link>
  );
  return (
    <Notice kind="info" {...(may ? { action: link } : {})}>
      {say("waitsForEvent", { event })}
    </Notice>
  );
}

/** The flow of a range, with those who stand somewhere now. */
function joined(within: Pick<VersionReport, "entered" | "activities">, now: VersionReport) {
  const activities = Object.fromEntries(
    Object.entries({ ...now.activities, ...within.activities }).map(([id, counted]) => {
      const { left = 0, arrows = {} } = within.activities[id] ?? {};
      return [id, { ...counted, left, arrows, current: now.activities[id]?.current ?? 0 }];
    }),
  );
  return { entered: within.entered, activities };
}

function Outcomes({ counts, onAsk }: { counts: Counts; onAsk: (outcome: (typeof OUTCOMES)[number]) => void }) {
  const say = useSay(words);
  const language = useLanguage();
  return (
    <table className={css.figures}>
      <tbody>
        {OUTCOMES.map((outcome) => (
          <tr key={outcome}>
            <th scope="row">{say(outcome)}</th>
            <td>
              {counts[outcome] > 0 ? (
                <button type="button" onClick={() => onAsk(outcome)}>
                  {number(counts[outcome], language)}
                  <span className="only-read-aloud">{say("showPeople", { what: say(outcome) })}</span>
                </button>
              ) : (
                number(counts[outcome], language)
              )}
              {outcome !== "entered" && outcome !== "current" && counts.entered > 0 && counts[outcome] > 0 && (
                <small>{percent(counts[outcome] / counts.entered, language)}</small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

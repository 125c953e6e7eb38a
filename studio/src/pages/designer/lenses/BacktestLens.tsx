import { FileUp, Play, Square, X } from "lucide-react";
import { useContext, useMemo, useState } from "react";
import { type Backtest, type Ran, upload, useBacktestCommands, useBacktests } from "../../../api/backtests";
import { Canvas } from "../../../canvas/Canvas";
import { nameIn } from "../../../canvas/names";
import { summaryOf } from "../../../canvas/summary";
import { Button, IconButton } from "../../../components/Button";
import { DateField } from "../../../components/DateField";
import { SelectField } from "../../../components/Field";
import { Notice } from "../../../components/Notice";
import { words as reasons } from "../../../components/reasonWords";
import { toast } from "../../../components/toast";
import { useWhyNot } from "../../../components/why";
import { apply, between, type Put, put } from "../../../document/change";
import type { JourneyDocument } from "../../../document/types";
import { useLanguage } from "../../../frame/preferences";
import { useSandbox, useServerStatus } from "../../../frame/session";
import { number } from "../../../messages/text";
import { useSay } from "../../../messages/use";
import { ActivityPane } from "../ActivityPane";
import { Pane } from "../fields/context";
import { Beside, Calls } from "./Figures";
import { Choice, LeftPanel, Part } from "./Frame";
import css from "./Lens.module.css";
import type { LensProps } from "./Lenses";
import { words } from "./words";

type Source = "recorded" | "file";

/** A journey over history, in the time of a breath: choose which, press play; with other settings as "what if". */
export default function BacktestLens(props: LensProps) {
  const { journey, document, errors, selected, onSelect, onShowFindings, onEdit } = props;
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const { name } = journey;
  const mayNot = useWhyNot("manage-journeys");
  const runs = useBacktests(name).data ?? [];
  const { start, cancel } = useBacktestCommands(name);
  const [source, setSource] = useState<Source>("recorded");
  const [range, setRange] = useState<{ from: string; until: string }>({ from: "", until: "" });
  const [file, setFile] = useState<File | undefined>();
  const [sending, setSending] = useState<number | undefined>();
  const [trouble, setTrouble] = useState<string | undefined>();
  const [varied, setVaried] = useState<JourneyDocument | undefined>();
  const [chosen, setChosen] = useState<string | undefined>();
  const [against, setAgainst] = useState<string>("live");
  const [ordered, setOrdered] = useState<Readonly<Record<string, number>>>({});
  const whatIf = varied ?? document;
  const changes = useMemo(() => (varied ? changesBetween(document, varied) : []), [document, varied]);
  const pane = useContext(Pane);
  const editable = useMemo(() => ({ ...pane, readOnly: Boolean(mayNot), findings: [] }), [pane, mayNot]);
  const run = runs.find((each) => each.id === chosen) ?? runs[0];
  const running = run?.state === "running" ? run : undefined;
  const play = async () => {
    setTrouble(undefined);
    try {
      const history = source === "file" && file ? await upload(file, sandbox, setSending) : undefined;
      const made = await start.mutateAsync({
        ...(changes.length ? { document: whatIf } : {}),
        ...(history ? { history } : {}),
        ...(range.from ? { from: atMidnight(range.from) } : {}),
        ...(range.until ? { until: atMidnight(range.until) } : {}),
      });
      setOrdered((old) => ({ ...old, [made.id]: changes.length }));
      setChosen(made.id);
      if (history) setFile(undefined);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(undefined);
    }
  };
  const done = run?.state === "done" ? run : undefined;
  const other = against === "live" ? done?.live : runs.find((each) => each.id === against)?.draft;
  const [only] = selected;
  return (
    <>
      <LeftPanel
        title={say("backtest")}
        footer={
          running ? (
            <Button icon={Square} onPress={() => cancel.mutate(running.id)}>
              {say("cancelRun")}
            </Button>
          ) : (
            <Button
              kind="primary"
              icon={Play}
              why={
                mayNot ||
                (errors > 0 && say("testBlocked", { count: errors })) ||
                (source === "file" && !file && because("needsFile"))
              }
              busy={start.isPending || sending !== undefined}
              onPress={() => void play()}
            >
              {say("run")}
            </Button>
          )
        }
      >
        {errors > 0 && (
          <Notice kind="error" action={<Button onPress={onShowFindings}>{say("showErrors")}</Button>}>
            {say("testBlocked", { count: errors })}
          </Notice>
        )}
        <Part title={say("history")}>
          <Choice
            label={say("history")}
            value={source}
            options={[
              ["recorded", say("recorded")],
              ["file", say("file")],
            ]}
            onChange={setSource}
          />
          {source === "recorded" ? (
            <Recorded range={range} onChange={setRange} />
          ) : (
            <FilePicker file={file} onChange={setFile} />
          )}
        </Part>
        <Part title={say("whatIf")}>
          <VariationList
            document={whatIf}
            changes={changes}
            onRemove={(change) => setVaried(apply(whatIf, put(whatIf, change.at, change.before)))}
          />
          {changes.length > 0 && onEdit && (
            <Button
              onPress={() => {
                onEdit(between(document, whatIf));
                setVaried(undefined);
                toast(say("takenOver"));
              }}
            >
              {say("takeOver")}
            </Button>
          )}
        </Part>
        {trouble && <Notice kind="error">{trouble}</Notice>}
        {sending !== undefined && <Progress label={say("uploading")} share={sending} />}
        {running && (
          <Progress
            label={say(
              running.stage === "reading" ? "reading" : running.stage === "draft" ? "runningDraft" : "runningLive",
            )}
            share={running.of ? running.done / running.of : 0}
          />
        )}
        {run?.state === "failed" && <Notice kind="error">{String(run.problem?.title ?? say("runFailed"))}</Notice>}
        {run?.state === "cancelled" && <Notice kind="info">{say("cancelled")}</Notice>}
        {done?.draft && <Result run={done} draft={done.draft} other={other ?? undefined} against={against} />}
        {runs.length > 0 && !running && (
          <Part title={say("runs")}>
            <Runs
              runs={runs}
              ordered={ordered}
              chosen={run?.id}
              against={against}
              onChoose={setChosen}
              onAgainst={setAgainst}
            />
          </Part>
        )}
      </LeftPanel>
      <div className={css.center}>
        <Canvas
          document={whatIf}
          selected={selected}
          onSelect={onSelect}
          least={0.5}
          {...(done?.draft ? { counts: done.draft.report } : {})}
          {...(other ? { against: other.report } : {})}
        />
      </div>
      {only && only in document.activities && (
        <Pane value={editable}>
          <ActivityPane
            key={only}
            document={whatIf}
            id={only}
            onEdit={(change) => change && setVaried(apply(whatIf, change))}
            onClose={() => onSelect(new Set())}
          />
        </Pane>
      )}
    </>
  );
}

function atMidnight(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString();
}

/** The activities that are other than in the document. */
function changesBetween(document: JourneyDocument, varied: JourneyDocument): readonly Put[] {
  const change = between(document, varied);
  return change.kind === "several" ? (change.changes as readonly Put[]) : [change];
}

function Recorded({
  range,
  onChange,
}: {
  range: { from: string; until: string };
  onChange: (next: { from: string; until: string }) => void;
}) {
  const say = useSay(words);
  const log = useServerStatus()?.log;
  return (
    <>
      <p className="soft">{say("recordedHelp")}</p>
      <div className={css.form}>
        <DateField label={say("from")} value={range.from} onChange={(from) => onChange({ ...range, from })} />
        <DateField label={say("until")} value={range.until} onChange={(until) => onChange({ ...range, until })} />
      </div>
      {log?.last === 0 && <p className="soft">{say("nothingRecorded")}</p>}
    </>
  );
}

function FilePicker({ file, onChange }: { file: File | undefined; onChange: (file: File | undefined) => void }) {
  const say = useSay(words);
  return (
    <>
      <label className={css.file}>
        <FileUp size={16} aria-hidden />
        {file ? file.name : say("chooseFile")}
        <input type="file" accept=".jsonl,.ndjson,.gz" onChange={(event) => onChange(event.target.files?.[0])} />
      </label>
      <p className="soft">{say("fileHelp")}</p>
    </>
  );
}

interface VariationsProps {
  document: JourneyDocument;
  changes: readonly Put[];
  onRemove: (change: Put) => void;
}

function VariationList({ document, changes, onRemove }: VariationsProps) {
  const say = useSay(words);
  const language = useLanguage();
  if (changes.length === 0) return <p className="soft">{say("whatIfHelp")}</p>;
  return (
    <ul className={css.changes}>
      {changes.map((change) => {
        const id = String(change.at.at(-1));
        const activity = document.activities[id] ?? { type: id };
        const name = nameIn(document, id, language);
        return (
          <li key={change.at.join("/")}>
            <span className={css.row}>
              <strong>{name}</strong>
              <IconButton label={say("takeBack", { name })} icon={X} onPress={() => onRemove(change)} />
            </span>
            <span>{summaryOf(activity, language)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Progress({ label, share }: { label: string; share: number }) {
  return (
    <div className={css.part}>
      <span>{label}</span>
      <div
        className={css.bar}
        role="progressbar"
        aria-label={label}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

function Result({
  run,
  draft,
  other,
  against,
}: {
  run: Backtest;
  draft: Ran;
  other: Ran | undefined;
  against: string;
}) {
  const say = useSay(words);
  const language = useLanguage();
  return (
    <Part title={say("result")}>
      <p role="status">{say("resultText", { events: draft.events, people: draft.people })}</p>
      <Beside
        columns={[
          { title: say("thisRun"), counts: draft.report },
          ...(other
            ? [
                {
                  title: against === "live" ? say("liveVersion", { version: run.live?.version ?? 0 }) : say("otherRun"),
                  counts: other.report,
                },
              ]
            : []),
        ]}
      />
      <h3>{say("calls")}</h3>
      <Calls columns={[draft.calls, ...(other ? [other.calls] : [])]} />
      {Object.keys(draft.discards).length > 0 && (
        <p className="soft">
          {say("noEffect", {
            count: number(
              Object.values(draft.discards).reduce((sum, count) => sum + count, 0),
              language,
            ),
          })}
        </p>
      )}
    </Part>
  );
}

interface RunsProps {
  runs: readonly Backtest[];
  /** How much each run varies. */
  ordered: Readonly<Record<string, number>>;
  chosen: string | undefined;
  against: string;
  onChoose: (id: string) => void;
  onAgainst: (id: string) => void;
}

/** The runs that are kept: which one shows, and what it is compared with. */
function Runs({ runs, ordered, chosen, against, onChoose, onAgainst }: RunsProps) {
  const say = useSay(words);
  const language = useLanguage();
  const time = new Intl.DateTimeFormat(language === "ko" ? "ko-KR" : "en-GB", { timeStyle: "medium" });
  const label = (run: Backtest) => {
    const changes = ordered[run.id] ?? 0;
    return [time.format(run.startedAt), changes ? say("changes", { count: changes }) : ""].filter(Boolean).join(" · ");
  };
  const others = runs.filter((each) => each.id !== chosen && each.state === "done");
  const live = runs.find((each) => each.id === chosen)?.live;
  return (
    <>
      {runs.length > 1 && (
        <SelectField
          label={say("shownRun")}
          value={chosen ?? null}
          onChange={onChoose}
          options={runs.map((each) => ({ id: each.id, label: label(each) }))}
        />
      )}
      {(live || others.length > 0) && (
        <SelectField
          label={say("compareWith")}
          value={against}
          onChange={onAgainst}
          options={[
            ...(live ? [{ id: "live", label: say("liveVersion", { version: live.version }) }] : []),
            ...others.map((each) => ({ id: each.id, label: label(each) })),
            { id: "none", label: say("nothing") },
          ]}
        />
      )}
    </>
  );
}

import { useNavigate } from "@tanstack/react-router";
import { ScrollText, Send, Square } from "lucide-react";
import { useMemo, useState } from "react";
import { counted, type Seen } from "../../../api/sight";
import { type Test, useSight, useTest, useTestCommands } from "../../../api/testing";
import { Canvas } from "../../../canvas/Canvas";
import { Button } from "../../../components/Button";
import { Confirm } from "../../../components/Dialog";
import { Loaded } from "../../../components/Loaded";
import { Notice } from "../../../components/Notice";
import { Story } from "../../../components/Story";
import { useWhyNot } from "../../../components/why";
import { partsOf, secondsOf } from "../../../document/duration";
import { useCommands } from "../../../frame/commands";
import { useSay } from "../../../messages/use";
import { NumberField } from "../fields/NumberField";
import { LeftPanel, Part, SidePanel } from "./Frame";
import css from "./Lens.module.css";
import type { LensProps } from "./Lenses";
import { isDraft } from "./lens";
import { TriggerDialog } from "./TriggerDialog";
import { words } from "./words";

/** A draft with real events, for test profiles: they walk over the canvas, and the log tells what happened. */
export default function TestLens(props: LensProps) {
  return <Loaded query={useTest(props.journey.name)}>{(test) => <Testing {...props} test={test} />}</Loaded>;
}

function Testing({ journey, document, test, errors, selected, onSelect, onShowFindings }: LensProps & { test: Test }) {
  const say = useSay(words);
  const navigate = useNavigate();
  const { name } = journey;
  const on = test.state === "on";
  const sight = useSight(name, on);
  const counts = useMemo(() => counted(sight), [sight]);
  const walkers = useMemo(
    () => sight.people.map((each) => ({ ...each, id: each.stay, name: each.person, start: document.start })),
    [sight, document.start],
  );
  const marks = useMemo(
    () => new Map(Object.entries(sight.errors).map(([id, count]) => [id, { errors: count, warnings: 0 }])),
    [sight],
  );
  const [shown, setShown] = useState<"trigger" | "end" | null>(null);
  const [log, setLog] = useState<string | undefined>();
  const mayNot = useWhyNot("manage-journeys");
  const { activate } = useTestCommands(name);
  const [wait, setWait] = useState<number | undefined>();
  const least = seconds(test.leastWait);
  const begin = () => activate.mutate(`PT${wait ?? Math.max(10, least)}S`);
  const possible = isDraft(journey) && errors === 0 && Boolean(document.namespace) && !mayNot;
  const latest = sight.people.at(-1)?.stay;
  useCommands([
    ...(test.state === "off" && possible ? [{ id: "test on", label: say("activate"), keys: "t", run: begin }] : []),
    ...(on
      ? [
          { id: "test off", label: say("deactivate"), keys: "t", run: () => setShown("end") },
          { id: "trigger", label: say("trigger"), keys: "e", run: () => setShown("trigger") },
          { id: "trigger profile", label: say("trigger"), keys: "p", run: () => setShown("trigger") },
          { id: "log", label: say("log"), keys: "l", run: () => setLog(log ? undefined : (latest ?? "")) },
        ]
      : []),
  ]);
  return (
    <>
      <LeftPanel
        title={say("test")}
        footer={
          on && (
            <Button kind="danger" icon={Square} why={mayNot} onPress={() => setShown("end")}>
              {say("deactivate")}
            </Button>
          )
        }
      >
        {test.state === "off" && (
          <>
            <p>{say("testIntro")}</p>
            {!isDraft(journey) && <Notice kind="info">{say("onlyDrafts")}</Notice>}
            {isDraft(journey) && errors > 0 && (
              <Notice kind="error" action={<Button onPress={onShowFindings}>{say("showErrors")}</Button>}>
                {say("testBlocked", { count: errors })}
              </Notice>
            )}
            {isDraft(journey) && !document.namespace && <Notice kind="warning">{say("noNamespace")}</Notice>}
            {least > 0 && (
              <NumberField
                label={say("waitSeconds")}
                error={undefined}
                isReadOnly={false}
                shape={{ whole: true, low: least }}
                value={wait ?? Math.max(10, least)}
                onChange={setWait}
              />
            )}
            <Button
              kind="primary"
              why={
                mayNot ||
                (!isDraft(journey) && say("onlyDrafts")) ||
                (errors > 0 && say("testBlocked", { count: errors })) ||
                (!document.namespace && say("noNamespace"))
              }
              busy={activate.isPending}
              onPress={begin}
            >
              {say("activate")}
            </Button>
            {activate.error && <Notice kind="error">{activate.error.message}</Notice>}
          </>
        )}
        {test.state.endsWith("ing") && (
          <p role="status">{say(test.state === "activating" ? "activating" : "deactivating")}</p>
        )}
        {on && (
          <>
            <Part title={say("event")}>
              <p className="soft">{say("triggerIntro")}</p>
              <Button kind="primary" icon={Send} why={mayNot} onPress={() => setShown("trigger")}>
                {say("trigger")}
              </Button>
            </Part>
            <Part title={say("inTest", { count: sight.people.length, most: test.maxProfiles })}>
              {sight.people.length === 0 && <p className="soft">{say("nobodyYet")}</p>}
              <PeopleList people={sight.people} opened={log} onOpen={setLog} />
            </Part>
            {sight.people.length > 0 && (
              <Button icon={ScrollText} onPress={() => setLog(log ? undefined : latest)}>
                {say("log")}
              </Button>
            )}
            {test.wait && least > 0 && <p className="soft">{say("waitsLast", { seconds: seconds(test.wait) })}</p>}
          </>
        )}
      </LeftPanel>
      <div className={css.center}>
        <Canvas
          document={document}
          selected={selected}
          onSelect={onSelect}
          least={0.6}
          marks={marks}
          {...(on ? { counts, walkers } : {})}
        />
      </div>
      {on && log !== undefined && (
        <SidePanel title={say("log")} onClose={() => setLog(undefined)}>
          {sight.people.length === 0 && <p className="soft">{say("nobodyYet")}</p>}
          <div className={css.stories}>
            {[...sight.people].reverse().map(({ stay, person, phase }) => (
              <Told key={stay} stay={stay} person={person} phase={phase} open={stay === log} />
            ))}
          </div>
        </SidePanel>
      )}
      {shown === "trigger" && (
        <TriggerDialog
          journey={name}
          namespace={String(document.namespace ?? "")}
          events={test.events}
          onClose={() => setShown(null)}
        />
      )}
      {shown === "end" && (
        <EndTest
          journey={name}
          count={sight.people.length}
          onClose={() => setShown(null)}
          onEnded={() => {
            setShown(null);
            setLog(undefined);
            void navigate({ to: "/journeys/$name", params: { name }, search: (old) => ({ ...old, lens: "test" }) });
          }}
        />
      )}
    </>
  );
}

function seconds(text: string): number {
  return secondsOf(partsOf(text) ?? {});
}

function PeopleList({
  people,
  opened,
  onOpen,
}: {
  people: readonly Seen[];
  opened: string | undefined;
  onOpen: (stay: string) => void;
}) {
  const say = useSay(words);
  const phase = (name: string) => (name in words ? say(name as "running") : name);
  return (
    <ul className={css.people}>
      {people.map((each) => (
        <li key={each.stay}>
          <button type="button" aria-expanded={each.stay === opened} onClick={() => onOpen(each.stay)}>
            <i className={css.dot} data-phase={each.phase} aria-hidden />
            <span>{each.person}</span>
            <small>{phase(each.phase)}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** One person's part of the log, folded until it is wanted. */
function Told({ stay, person, phase, open }: { stay: string; person: string; phase: string; open: boolean }) {
  const say = useSay(words);
  const [unfolded, setUnfolded] = useState(open);
  return (
    <details open={unfolded || open} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        <i className={css.dot} data-phase={phase} aria-hidden />
        {person}
        <small className="soft">{phase in words ? say(phase as "running") : phase}</small>
      </summary>
      {(unfolded || open) && <Story stay={stay} person={person} />}
    </details>
  );
}

interface EndProps {
  journey: string;
  count: number;
  onClose: () => void;
  onEnded: () => void;
}

/** Says before what goes with the test. */
function EndTest({ journey, count, onClose, onEnded }: EndProps) {
  const say = useSay(words);
  const { deactivate } = useTestCommands(journey);
  return (
    <Confirm
      title={say("endTitle", { name: journey })}
      verb={say("deactivate")}
      danger
      pending={deactivate.isPending}
      error={deactivate.error?.message}
      onClose={onClose}
      onConfirm={() => deactivate.mutate(undefined, { onSuccess: onEnded })}
    >
      <p>{say("endText", { count })}</p>
    </Confirm>
  );
}

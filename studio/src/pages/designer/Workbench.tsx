import { useNavigate, useSearch } from "@tanstack/react-router";
import { Copy, CopyPlus, Trash2 } from "lucide-react";
import { useMemo, useState, useSyncExternalStore } from "react";
import type { Journey } from "../../api/journeys";
import { Canvas } from "../../canvas/Canvas";
import type { Marks } from "../../canvas/flow";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { toast } from "../../components/toast";
import { connect, disconnect, insert, insertBeside } from "../../document/operations";
import { inOrder, type Place, waysOf } from "../../document/ways";
import { useCommands } from "../../frame/commands";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { ActivityPane } from "./ActivityPane";
import type { Editor } from "./editor";
import { FindingsPanel } from "./FindingsPanel";
import { Pane } from "./fields/context";
import { type Chosen, InsertPicker } from "./InsertPicker";
import { Through } from "./lenses/Lenses";
import { type Lens, lensesOf, usualLens } from "./lenses/lens";
import { useNamed } from "./named";
import { type Offer, useOffers, useUsed } from "./offers";
import { Palette } from "./Palette";
import { PropertiesPane } from "./PropertiesPane";
import { PublishDialog } from "./PublishDialog";
import { TopBar } from "./TopBar";
import { type CanvasCommands, useCanvasCommands } from "./useCanvasCommands";
import css from "./Workbench.module.css";
import { words } from "./words";

const LIMIT = 50;
const NONE: ReadonlySet<string> = new Set();
/** Through which an older version can be seen. */
const READING: ReadonlySet<Lens> = new Set(["design", "live"]);

/** Palette, canvas, pane and findings around one journey. */
export function Workbench({ journey, editor, older }: { journey: Journey; editor: Editor; older: boolean }) {
  const say = useSay(words);
  const navigate = useNavigate();
  const { activity, lens: asked, version } = useSearch({ from: "/journeys/$name" });
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  const { document } = state.history;
  const mayManage = useMay("manage-journeys");
  const mayReport = useMay("read-reports");
  const status = journey.versions.at(-1)?.status;
  const [unlocked, setUnlocked] = useState(false);
  const [shown, setShown] = useState<"properties" | "publish" | null>(null);
  const [listing, setListing] = useState(false);
  const [dragged, setDragged] = useState<Offer | undefined>();
  const [inserting, setInserting] = useState<{ place: Place; anchor: Element } | undefined>();
  const [marked, setMarked] = useState<ReadonlySet<string>>(NONE);
  const editing = !older && mayManage && (status === "draft" || unlocked);
  const lenses = lensesOf(journey, mayReport, asked === "shadow").filter((each) => !older || READING.has(each));
  const lens = asked && lenses.includes(asked) ? asked : usualLens(journey, unlocked, mayReport);
  const readOnly = !editing || lens !== "design";
  const errors = state.findings.filter((finding) => finding.severity === "error").length;
  /** Texts of what runs can be changed in place [6.4]. */
  const texts = !older && mayManage;
  const named = useNamed(document);
  const offers = useOffers(document, named);
  const used = useUsed();

  const selected = useMemo(() => {
    const there = [...marked].filter((id) => id in document.activities);
    return there.length ? new Set(there) : activity && activity in document.activities ? new Set([activity]) : NONE;
  }, [marked, activity, document]);
  const select = (ids: ReadonlySet<string>) => {
    if (ids.size === 1 && selected.size === 1 && selected.has([...ids][0] ?? "")) {
      window.document.querySelector<HTMLElement>("[data-pane] input, [data-pane] button")?.focus(); // Enter goes into the pane
    }
    setMarked(ids);
    setShown(null);
    const only = ids.size === 1 ? [...ids][0] : undefined;
    void navigate({
      to: "/journeys/$name",
      params: { name: journey.name },
      search: (old) => ({ ...old, activity: only }),
      replace: true,
    });
  };
  const put = (place: Place, chosen: Chosen) => {
    if ("join" in chosen) {
      editor.edit(connect(document, place, chosen.join));
      return;
    }
    used(chosen.offer.id);
    const made = (chosen.beside ? insertBeside : insert)(document, place, chosen.offer.activity);
    editor.edit(made?.change);
    if (!made) return;
    select(new Set([made.id]));
    focusActivity(made.id);
  };
  const add = (offer: Offer) => {
    const place = firstFree(document);
    if (place) put(place, { offer, beside: false });
    else toast(say("noPlace"));
  };
  const publish = () => void editor.flush().then(() => setShown("publish"));
  useCommands(readOnly ? [] : [{ id: "publish", label: say("publish"), run: publish }]);
  const look = (through: Lens | undefined) =>
    void navigate({
      to: "/journeys/$name",
      params: { name: journey.name },
      search: ({ sandbox }) => ({ sandbox, lens: through }),
    });
  const leave = () => {
    const [last] = selected;
    select(NONE);
    if (last) focusActivity(last);
  };
  const commands = useCanvasCommands({
    editor,
    document,
    events: named.events,
    selected,
    readOnly,
    onSelect: select,
    onLeave: leave,
    onInsert: (place) => {
      const anchor = window.document.querySelector(`[data-place="${CSS.escape(`${place.from}/${place.path}`)}"]`);
      if (anchor) setInserting({ place, anchor });
    },
  });
  const marks = useMemo(() => {
    const found = new Map<string, Marks>();
    for (const finding of state.findings) {
      if (!finding.activity) continue;
      const mark = found.get(finding.activity) ?? { errors: 0, warnings: 0 };
      found.set(finding.activity, { ...mark, [`${finding.severity}s`]: mark[`${finding.severity}s`] + 1 });
    }
    return found;
  }, [state.findings]);
  const pane = useMemo(
    () => ({
      journey: journey.name,
      activity: undefined,
      type: "",
      dataset: undefined,
      zone: typeof document.timeZone === "string" ? document.timeZone : "UTC",
      readOnly,
      texts,
      findings: state.findings,
      named,
      flush: editor.flush,
    }),
    [journey.name, document.timeZone, readOnly, texts, state.findings, named, editor],
  );
  const [only] = selected;
  return (
    <div className={css.workbench}>
      <TopBar
        journey={journey}
        state={state}
        editing={editing}
        readOnly={readOnly}
        older={older}
        lens={lens}
        lenses={lenses}
        onUndo={editor.undo}
        onRedo={editor.redo}
        onProperties={() => setShown(shown === "properties" ? null : "properties")}
        onFindings={() => setListing(!listing)}
        onPublish={publish}
        onNewVersion={() => {
          setUnlocked(true);
          look(undefined);
        }}
      />
      {state.saving === "refused" && state.refusal && (
        <Notice kind="error" action={<Button onPress={() => void editor.flush()}>{say("retry")}</Button>}>
          {state.refusal.findings[0]?.message ?? state.refusal.message}
        </Notice>
      )}
      <Pane value={pane}>
        <div className={css.middle}>
          {!readOnly && <Palette offers={offers} onAdd={add} onDrag={setDragged} />}
          <div className={css.center} role="group" onKeyDown={commands.onKeyDown}>
            {lens !== "design" && (
              <div className={css.lens}>
                <Through
                  lens={lens}
                  journey={journey}
                  document={document}
                  version={older ? version : undefined}
                  errors={errors}
                  selected={selected}
                  onSelect={select}
                  onShowFindings={() => setListing(true)}
                  onTexts={texts ? editor.edit : undefined}
                  onEdit={editing ? editor.edit : undefined}
                />
              </div>
            )}
            {lens === "design" && (
              <Canvas
                document={document}
                selected={selected}
                onSelect={select}
                marks={marks}
                dragging={dragged !== undefined}
                onDrop={(place) => {
                  if (dragged) put(place, { offer: dragged, beside: false });
                  setDragged(undefined);
                }}
                {...(readOnly
                  ? {}
                  : {
                      onInsert: (place: Place, anchor: Element) => setInserting({ place, anchor }),
                      onCut: (place: Place, to: string) => editor.edit(disconnect(document, place, to)),
                    })}
              >
                <p className={css.count}>
                  {say("activityCount", { count: Object.keys(document.activities).length, limit: LIMIT })}
                </p>
                {selected.size > 1 && <Selection count={selected.size} readOnly={readOnly} commands={commands} />}
              </Canvas>
            )}
            {listing && (
              <FindingsPanel
                document={document}
                findings={state.findings}
                onGo={(id) => (id ? select(new Set([id])) : setShown("properties"))}
                onClose={() => setListing(false)}
              />
            )}
          </div>
          {shown === "properties" && (
            <PropertiesPane journey={journey} document={document} onEdit={editor.edit} onClose={() => setShown(null)} />
          )}
          {lens === "design" && shown !== "properties" && only && selected.size === 1 && (
            <ActivityPane
              key={only}
              document={document}
              id={only}
              onEdit={editor.edit}
              onClose={leave}
              onCopy={commands.copy}
              onDelete={commands.remove}
            />
          )}
        </div>
      </Pane>
      {inserting && (
        <InsertPicker
          document={document}
          offers={offers.filter((offer) => !offer.unfit)}
          {...inserting}
          onClose={() => setInserting(undefined)}
          onChoose={(chosen) => {
            put(inserting.place, chosen);
            setInserting(undefined);
          }}
        />
      )}
      {shown === "publish" && (
        <PublishDialog
          journey={journey}
          document={document}
          state={state}
          onClose={() => {
            setShown(null);
            setUnlocked(false);
          }}
          onShow={() => {
            setShown(null);
            setListing(true);
          }}
          onPublished={() => {
            setShown(null);
            setUnlocked(false);
            setMarked(NONE);
            look(undefined); // at who comes, also where it was tested before
          }}
        />
      )}
      {state.saving === "conflict" && <Conflict editor={editor} />}
    </div>
  );
}

/** What can be done with several activities at once. */
function Selection({ count, readOnly, commands }: { count: number; readOnly: boolean; commands: CanvasCommands }) {
  const say = useSay(words);
  return (
    <div role="toolbar" aria-label={say("several", { count })} className={css.selection}>
      <strong>{say("several", { count })}</strong>
      <Button icon={Copy} onPress={commands.copy}>
        {say("copy")}
      </Button>
      {!readOnly && (
        <>
          <Button icon={CopyPlus} onPress={commands.duplicate}>
            {say("duplicate")}
          </Button>
          <Button icon={Trash2} onPress={commands.remove}>
            {say("delete")}
          </Button>
        </>
      )}
    </div>
  );
}

/** Puts the focus on an activity of the canvas, once it is drawn. */
function focusActivity(id: string): void {
  setTimeout(() => window.document.querySelector<HTMLElement>(`[data-activity="${CSS.escape(id)}"]`)?.focus(), 60);
}

/** The first place, in the order of the flow, where a path ends without a named end. */
function firstFree(document: Editor["document"]): Place | undefined {
  for (const from of inOrder(document)) {
    const activity = document.activities[from];
    const way = activity && waysOf(activity).find((each) => each.targets.length === 0);
    if (way) return { from, path: way.path };
  }
  return undefined;
}

function Conflict({ editor }: { editor: Editor }) {
  const say = useSay(words);
  return (
    <Dialog
      title={say("conflictTitle")}
      onClose={() => void editor.settle(false)}
      footer={
        <>
          <Button onPress={() => void editor.settle(false)}>{say("takeTheirs")}</Button>
          <Button kind="primary" onPress={() => void editor.settle(true)}>
            {say("keepMine")}
          </Button>
        </>
      }
    >
      <p>{say("conflictText")}</p>
    </Dialog>
  );
}

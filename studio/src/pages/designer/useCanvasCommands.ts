import { type KeyboardEvent, useEffect, useRef } from "react";
import { toast } from "../../components/toast";
import { copied, eventsIn, pasted } from "../../document/clipboard";
import { remove } from "../../document/operations";
import type { JourneyDocument } from "../../document/types";
import { type Place, placesBefore, waysOf } from "../../document/ways";
import { typing, useCommands } from "../../frame/commands";
import { useSay } from "../../messages/use";
import type { Editor } from "./editor";
import type { Named } from "./named";
import { words } from "./words";

interface Given {
  editor: Editor;
  document: JourneyDocument;
  events: readonly Named[];
  selected: ReadonlySet<string>;
  readOnly: boolean;
  onSelect: (ids: ReadonlySet<string>) => void;
  onLeave: () => void;
  onInsert: (place: Place) => void;
}

export interface CanvasCommands {
  copy: () => void;
  duplicate: () => void;
  remove: () => void;
}

/** The commands of the canvas, in the command palette and by keys. */
export function useCanvasCommands(given: Given): CanvasCommands & { onKeyDown: (event: KeyboardEvent) => void } {
  const { editor, document, events, selected, readOnly, onSelect, onLeave, onInsert } = given;
  const say = useSay(words);
  const [only] = selected;
  const removeThem = () => {
    const change = remove(document, [...selected]);
    if (!change) toast(say("cannotDelete"));
    editor.edit(change);
    if (change) onSelect(new Set());
    if (change) toast(say("deleted", { count: selected.size }));
  };
  const text = () => copied(document, [...selected]);
  const told = () => toast(say("copied", { count: selected.size }));
  const copy = () => void navigator.clipboard?.writeText(text()).then(told);
  const put = (what: string) => {
    const foreign = eventsIn(what)?.find((name) => {
      const event = events.find((each) => each.name === name);
      return event && (event.namespace ?? null) !== (document.namespace ?? null);
    });
    if (foreign) {
      toast(say("otherNamespace", { event: foreign }));
      return;
    }
    const result = pasted(document, what, placeToPaste(document, only));
    if (!result) toast(say("nothingToPaste"));
    editor.edit(result?.change);
    if (result) onSelect(new Set(result.ids));
  };
  const paste = () => void navigator.clipboard?.readText().then(put);
  const latest = useRef({ text, told, put, removeThem });
  latest.current = { text, told, put, removeThem };
  const copies = selected.size > 0;
  // The browser's own events need no permission, and work where a page is not served securely.
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      if (!copies || typing(event.target) || window.getSelection()?.toString()) return;
      event.clipboardData?.setData("text/plain", latest.current.text());
      event.preventDefault();
      latest.current.told();
      if (event.type === "cut" && !readOnly) latest.current.removeThem();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (readOnly || typing(event.target)) return;
      event.preventDefault();
      latest.current.put(event.clipboardData?.getData("text/plain") ?? "");
    };
    window.addEventListener("copy", onCopy);
    window.addEventListener("cut", onCopy);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("copy", onCopy);
      window.removeEventListener("cut", onCopy);
      window.removeEventListener("paste", onPaste);
    };
  }, [copies, readOnly]);
  const insertAfter = () => {
    const focused = (window.document.activeElement as HTMLElement | null)?.dataset.activity;
    const from = focused ?? only ?? document.start;
    const way = waysOf(document.activities[from] ?? { type: "end" })[0];
    if (way) onInsert({ from, path: way.path });
  };
  const all = () => onSelect(new Set(Object.keys(document.activities)));
  useCommands([
    ...(copies ? [{ id: "copy", label: say("copy"), keys: "mod+c", native: true, run: copy }] : []),
    ...(readOnly
      ? []
      : [
          { id: "undo", label: say("undo"), keys: "mod+z", run: editor.undo },
          { id: "redo", label: say("redo"), keys: "mod+shift+z", run: editor.redo },
          { id: "redo too", label: say("redo"), keys: "mod+y", run: editor.redo },
          { id: "paste", label: say("paste"), keys: "mod+v", native: true, run: paste },
          { id: "all", label: say("selectAll"), keys: "mod+a", run: all },
          { id: "insert", label: say("insertTitle"), keys: "a", run: insertAfter },
          ...(selected.size > 0
            ? [
                { id: "delete", label: say("delete"), keys: "Delete", run: removeThem },
                { id: "delete too", label: say("delete"), keys: "Backspace", run: removeThem },
              ]
            : []),
        ]),
    ...(selected.size > 0 ? [{ id: "unselect", label: say("done"), keys: "Escape", run: onLeave }] : []),
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    const here = (event.target as HTMLElement).dataset.activity;
    const next = here && neighbour(document, here, event.key);
    if (next) {
      event.preventDefault();
      window.document.querySelector<HTMLElement>(`[data-activity="${CSS.escape(next)}"]`)?.focus();
    }
  };
  return { copy, duplicate: () => put(text()), remove: removeThem, onKeyDown };
}

/** Where what is pasted is led to from: the free place with the focus, else the first free one of what is selected. */
function placeToPaste(document: JourneyDocument, only: string | undefined): Place | undefined {
  const focused = (window.document.activeElement as HTMLElement | null)?.dataset;
  const [from, path] = focused?.free === undefined ? [] : (focused.place ?? "").split(/\/(.*)/);
  if (from && path) return { from, path };
  const activity = only && document.activities[only];
  const free = activity && waysOf(activity).find((way) => way.targets.length === 0);
  return only && free ? { from: only, path: free.path } : undefined;
}

/** The activity that an arrow key leads to: along the paths, or to the next one beside. */
function neighbour(document: JourneyDocument, id: string, key: string): string | undefined {
  const activity = document.activities[id];
  if (!activity) return undefined;
  if (key === "ArrowRight") return waysOf(activity).flatMap((way) => way.targets)[0];
  const [place] = placesBefore(document, id);
  if (key === "ArrowLeft") return place?.from;
  const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  const from = place && document.activities[place.from];
  if (step === 0 || !from) return undefined;
  const beside = waysOf(from).flatMap((way) => way.targets);
  return beside[beside.indexOf(id) + step];
}

import type { KeyboardEvent } from "react";
import { toast } from "../../components/toast";
import { copied, pasted } from "../../document/clipboard";
import { remove } from "../../document/operations";
import type { JourneyDocument } from "../../document/types";
import { type Place, placesBefore, waysOf } from "../../document/ways";
import { useCommands } from "../../frame/commands";
import { useSay } from "../../messages/use";
import type { Editor } from "./editor";
import { words } from "./words";

interface Given {
  editor: Editor;
  document: JourneyDocument;
  selected: ReadonlySet<string>;
  readOnly: boolean;
  onSelect: (ids: ReadonlySet<string>) => void;
  onLeave: () => void;
  onInsert: (place: Place) => void;
}

/** The commands of the canvas, in the command palette and by keys. */
export function useCanvasCommands({ editor, document, selected, readOnly, onSelect, onLeave, onInsert }: Given) {
  const say = useSay(words);
  const [only] = selected;
  const removeThem = () => {
    const change = remove(document, [...selected]);
    if (!change) toast(say("cannotDelete"));
    editor.edit(change);
    if (change) onSelect(new Set());
  };
  const copy = () => {
    void navigator.clipboard.writeText(copied(document, [...selected]));
    toast(say("copied", { count: selected.size }));
  };
  const paste = async () => {
    const activity = only && document.activities[only];
    const free = activity && waysOf(activity).find((way) => way.targets.length === 0);
    const place = only && free ? { from: only, path: free.path } : undefined;
    const result = pasted(document, await navigator.clipboard.readText(), place);
    if (!result) toast(say("nothingToPaste"));
    editor.edit(result?.change);
    if (result) onSelect(new Set(result.ids));
  };
  const insertAfter = () => {
    const focused = (window.document.activeElement as HTMLElement | null)?.dataset.activity;
    const from = focused ?? only ?? document.start;
    const way = waysOf(document.activities[from] ?? { type: "end" })[0];
    if (way) onInsert({ from, path: way.path });
  };
  const all = () => onSelect(new Set(Object.keys(document.activities)));
  useCommands([
    ...(selected.size > 0 ? [{ id: "copy", label: say("copy"), keys: "mod+c", run: copy }] : []),
    ...(readOnly
      ? []
      : [
          { id: "undo", label: say("undo"), keys: "mod+z", run: editor.undo },
          { id: "redo", label: say("redo"), keys: "mod+shift+z", run: editor.redo },
          { id: "redo too", label: say("redo"), keys: "mod+y", run: editor.redo },
          { id: "paste", label: say("paste"), keys: "mod+v", run: () => void paste() },
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
  return { copy, remove: removeThem, onKeyDown };
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

/** The canvas as a projection of the document: nodes and edges for React Flow, nothing kept. */
import type { Edge, Node } from "@xyflow/react";
import { FREE, freeEnd, type Layout, NODE, type Point } from "../document/layout";
import type { Activity, JourneyDocument } from "../document/types";
import { inOrder, type Place, waysOf } from "../document/ways";
import type { Language } from "../messages/text";
import { nameIn } from "./names";
import { pathWord } from "./summary";

export interface Marks {
  errors: number;
  warnings: number;
}

/** What is counted of a journey: a report, live, of a range, or of a backtest. Arrows by "activity/path". */
export interface Counted {
  readonly entered: number;
  readonly activities: Readonly<
    Record<
      string,
      { readonly current?: number; readonly left: number; readonly arrows: Readonly<Record<string, number>> }
    >
  >;
}

/** A number of the canvas, whose people can be asked for. */
export type Counting =
  | { readonly what: "here" | "dropped"; readonly activity: string }
  | { readonly what: "took"; readonly place: Place };

export type ActivityNode = Node<
  {
    id: string;
    name: string;
    activity: Activity;
    start: boolean;
    marks: Marks | undefined;
    here: number | undefined;
    /** How many left the journey here, by no path. */
    dropped: number;
  },
  "activity"
>;
export type FreeNode = Node<{ place: Place; from: string }, "free">;
export type CanvasNode = ActivityNode | FreeNode;
export type WayEdge = Edge<
  {
    place: Place;
    /** What the activities at its ends are called; nothing at a free place. */
    from: string;
    to: string;
    points: readonly Point[];
    label: Point;
    /** Of the arrows of a path, the one that carries its words. */
    first: boolean;
    /** It leads to a free place. */
    free: boolean;
    count: number | undefined;
    share: number | undefined;
    /** The share in what it is compared with. */
    other: number | undefined;
  },
  "way"
>;

interface Drawn {
  nodes: CanvasNode[];
  edges: WayEdge[];
}

const FIXED = { draggable: false, focusable: false, selectable: false, connectable: false } as const;
/** React Flow lets the pointer through nodes that it does not move; ours are buttons. */
const PRESSED = { ...FIXED, style: { pointerEvents: "all" } } as const;

/** What to draw; with counts, how many people went each way and where they stand. */
export function drawn(
  document: JourneyDocument,
  { points, arrows }: Layout,
  marks: ReadonlyMap<string, Marks>,
  counts: Counted | undefined,
  against: Counted | undefined,
  language: Language,
): Drawn {
  const at = (id: string) => ({ ...(points.get(id) ?? { x: 0, y: 0 }) });
  const nodes: CanvasNode[] = [];
  for (const id of inOrder(document)) {
    const activity = document.activities[id] as Activity;
    nodes.push({
      ...PRESSED,
      ...NODE,
      id,
      type: "activity",
      position: at(id),
      data: {
        id,
        name: nameIn(document, id, language),
        activity,
        start: id === document.start,
        marks: marks.get(id),
        here: counts?.activities[id]?.current,
        dropped: droppedAt(counts, id),
      },
    });
    for (const { path, targets } of waysOf(activity)) {
      if (targets.some((target) => target in document.activities)) continue;
      const free = freeEnd(id, path);
      nodes.push({
        ...PRESSED,
        ...FREE,
        id: free,
        type: "free",
        position: at(free),
        data: { place: { from: id, path }, from: nameIn(document, id, language) },
      });
    }
  }
  const edges = arrows.map(({ from, path, to, points: bends, label }): WayEdge => {
    const count = counts ? tookOf(counts, from, path) : undefined;
    const free = to === freeEnd(from, path);
    const first = arrows.find((arrow) => arrow.from === from && arrow.path === path)?.to === to;
    const share = count !== undefined && counts?.entered ? count / counts.entered : undefined;
    const other = against?.entered ? tookOf(against, from, path) / against.entered : undefined;
    return {
      ...FIXED,
      id: `${from}/${path}>${to}`,
      source: from,
      target: to,
      type: "way",
      ariaLabel: [
        nameIn(document, from, language),
        pathWord(path, language),
        free ? "" : nameIn(document, to, language),
      ]
        .filter(Boolean)
        .join(" → "),
      data: {
        place: { from, path },
        from: nameIn(document, from, language),
        to: nameIn(document, to, language),
        points: bends,
        label,
        first,
        free,
        count,
        share,
        other,
      },
    };
  });
  return { nodes, edges };
}

function tookOf(counts: Counted, from: string, path: string): number {
  return counts.activities[from]?.arrows[`${from}/${path}`] ?? 0;
}

/** How many left the journey at an activity, by none of its paths: failed, exited, stopped. */
export function droppedAt(counts: Counted | undefined, id: string): number {
  const counted = counts?.activities[id];
  if (!counted) return 0;
  return counted.left - Object.values(counted.arrows).reduce((sum, count) => sum + count, 0);
}

/** A smooth line through points, horizontal at each. */
export function curve(points: readonly Point[]): string {
  const [begin, ...rest] = points;
  if (!begin) return "";
  let text = `M${begin.x},${begin.y}`;
  let last = begin;
  for (const point of rest) {
    const middle = (last.x + point.x) / 2;
    text += ` C${middle},${last.y} ${middle},${point.y} ${point.x},${point.y}`;
    last = point;
  }
  return text;
}

export function samePlace(one: Place | undefined, other: Place | undefined): boolean {
  return one !== undefined && one.from === other?.from && one.path === other.path;
}

/** Where everything stands on the canvas: computed from the document alone, never dragged by hand. */
import { layout as dagre, Graph } from "@dagrejs/dagre";
import type { JourneyDocument } from "./types";
import { inOrder, THEN, waysOf } from "./ways";

export const NODE = { width: 200, height: 72 } as const;
export const FREE = { width: 28, height: 28 } as const;

const LABEL = { width: 92, height: 44, labelpos: "c" } as const;
/** Of a way that says nothing: room for the place to insert. */
const PLUS = { width: 32, height: 28, labelpos: "c" } as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Arrow {
  readonly from: string;
  readonly path: string;
  /** An activity, or a free place. */
  readonly to: string;
  /** From the right side of where it begins, around what stands between, to the left side of where it leads. */
  readonly points: readonly Point[];
  /** Where its words stand: dagre keeps the space free. Of further arrows of a path, which say nothing, near the end. */
  readonly label: Point;
}

export interface Layout {
  /** Top left corners, of activities by id and of free ends by `freeEnd`. */
  readonly points: ReadonlyMap<string, Point>;
  readonly arrows: readonly Arrow[];
}

/** The name of the free place at the end of a way. */
export function freeEnd(from: string, path: string): string {
  return `${from}/${path}`;
}

/** Left to right, with room for counts if they are to show; of the ways out of an activity the first is uppermost; nothing overlaps. */
export function layout(document: JourneyDocument, counted = false): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 28, ranksep: 24, edgesep: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const order = inOrder(document);
  for (const id of order) graph.setNode(id, { ...NODE });
  for (const id of order) {
    const activity = document.activities[id];
    for (const way of activity ? waysOf(activity) : []) {
      const room = counted || way.path !== THEN ? LABEL : PLUS;
      const targets = way.targets.filter((target) => target in document.activities);
      targets.forEach((target, index) => {
        graph.setEdge(id, target, index === 0 ? { ...room } : {}, way.path);
      });
      if (targets.length === 0) {
        const free = freeEnd(id, way.path);
        graph.setNode(free, { ...FREE });
        graph.setEdge(id, free, { ...room }, way.path);
      }
    }
  }
  dagre(graph, { disableOptimalOrderHeuristic: true });
  const points = new Map<string, Point>();
  for (const id of graph.nodes()) {
    const node = graph.node(id);
    points.set(id, { x: node.x - node.width / 2, y: node.y - node.height / 2 });
  }
  const arrows = graph.edges().map(({ v, w, name }): Arrow => {
    const [from, to] = [graph.node(v), graph.node(w)];
    const edge = graph.edge({ v, w, name });
    const inner = (edge.points as Point[]).slice(1, -1);
    const begin = { x: from.x + from.width / 2, y: from.y };
    const end = { x: to.x - to.width / 2, y: to.y };
    const bends = inner.filter((point) => point.x > begin.x + 8 && point.x < to.x - to.width / 2 - 8);
    return {
      from: v,
      path: name ?? "",
      to: w,
      points: [begin, ...bends, end],
      label: { x: edge.x ?? end.x - PLUS.width, y: edge.y ?? end.y },
    };
  });
  return { points, arrows };
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const MARGIN = 32;
/** How much smaller than is comfortable it may be if all of it is seen then. */
const TIGHT = 0.8;

/**
 * The view that shows a layout in a room, as large as it fits but hardly smaller than `least`: then from its left, or with
 * the activity `chosen` in the middle, with what comes before and after it.
 */
export function viewOf({ points }: Layout, width: number, height: number, least: number, chosen?: string): View {
  const all = [...points.values()];
  const right = Math.max(...all.map((point) => point.x)) + NODE.width;
  const left = Math.min(...all.map((point) => point.x));
  const top = Math.min(...all.map((point) => point.y));
  const bottom = Math.max(...all.map((point) => point.y)) + NODE.height;
  const fitting = Math.min((width - 2 * MARGIN) / (right - left), (height - 2 * MARGIN) / (bottom - top));
  const zoom = Math.min(1, fitting >= least * TIGHT ? fitting : least);
  const seen = points.get(chosen ?? "");
  const across = seen && seen.x + NODE.width / 2;
  const down = (seen?.y ?? (top + bottom - NODE.height) / 2) + NODE.height / 2;
  return { x: along(left, right, width, zoom, across), y: along(top, bottom, height, zoom, down), zoom };
}

/** Where a stretch begins in a room: in its middle where it fits, else so that `seen` is there; at first its beginning. */
function along(begin: number, end: number, room: number, zoom: number, seen = begin): number {
  const free = room - (end - begin) * zoom;
  if (free >= 2 * MARGIN) return free / 2 - begin * zoom;
  return Math.max(room - MARGIN - end * zoom, Math.min(MARGIN - begin * zoom, room / 2 - seen * zoom));
}

/** The same view, moved as little as it takes for an activity to be seen whole. */
export function following({ x, y, zoom }: View, at: Point, width: number, height: number): View {
  const into = (from: number, size: number, begin: number, room: number) => {
    const [first, last] = [from * zoom + begin, (from + size) * zoom + begin];
    return begin + Math.max(0, MARGIN - first) - Math.max(0, last - (room - MARGIN));
  };
  return { x: into(at.x, NODE.width, x, width), y: into(at.y, NODE.height, y, height), zoom };
}

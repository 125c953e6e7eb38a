import "@xyflow/react/dist/base.css";
import { Background, MiniMap, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import {
  type DragEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { IconButton } from "../components/Button";
import { familyOf } from "../document/kinds";
import { following, type Layout, layout, viewOf } from "../document/layout";
import type { JourneyDocument } from "../document/types";
import type { Place } from "../document/ways";
import { useCommands } from "../frame/commands";
import { useLanguage } from "../frame/preferences";
import { useSay } from "../messages/use";
import { ActivityNode } from "./ActivityNode";
import { BoxSelect } from "./BoxSelect";
import css from "./Canvas.module.css";
import { type Inserting, InsertingContext, type Selecting, SelectingContext } from "./context";
import { type CanvasNode, type Counted, type Counting, drawn, type Marks, samePlace } from "./flow";
import { type Walker, Walkers } from "./Walkers";
import { FreeEnd, Way } from "./Way";
import { words } from "./words";

const NODE_TYPES = { activity: ActivityNode, free: FreeEnd };
const EDGE_TYPES = { way: Way };
const NO_MARKS: ReadonlyMap<string, Marks> = new Map();
const NEAR = 140;
/** The middle and the right mouse button move the canvas, as does the left one with Space; by itself it draws a box. */
const PANNING = [1, 2];

export interface CanvasProps {
  document: JourneyDocument;
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  marks?: ReadonlyMap<string, Marks>;
  counts?: Counted | undefined;
  /** Other counts of the same journey, to compare with. */
  against?: Counted | undefined;
  /** Somebody wants to see the people behind a number. */
  onNumber?: (number: Counting) => void;
  /** People to be seen one by one. */
  walkers?: readonly Walker[];
  onInsert?: (place: Place, anchor: Element) => void;
  /** Takes an arrow away, where journeys can be changed. */
  onCut?: (place: Place, to: string) => void;
  /** Something from the palette was dropped at a place. */
  onDrop?: (place: Place) => void;
  dragging?: boolean;
  /** The smallest scale at which it shows itself; what does not fit then is to the right. */
  least?: number;
  children?: ReactNode;
}

/** A journey drawn; what it shows follows from the document alone. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing(props: CanvasProps) {
  const {
    document,
    selected,
    onSelect,
    marks = NO_MARKS,
    counts,
    against,
    onNumber,
    walkers,
    onInsert,
    onCut,
    onDrop,
    dragging = false,
    least = 0.7,
  } = props;
  const say = useSay(words);
  const language = useLanguage();
  const flow = useReactFlow();
  const [over, setOver] = useState<Place | undefined>();
  const counted = counts !== undefined;
  const place = useMemo(() => layout(document, counted), [document, counted]);
  const { nodes, edges } = useMemo(
    () => drawn(document, place, marks, counts, against, language),
    [document, place, marks, counts, against, language],
  );
  const frame = useRef<HTMLDivElement>(null);
  const { showAll, byHand } = useFit(frame, place, least, [...selected][0]);
  const zoom = (by: typeof flow.zoomIn) => {
    byHand();
    void by({ duration: 120 });
  };
  useCommands([{ id: "fit", label: say("fit"), keys: "f", run: showAll }]);

  const nearest = (event: DragEvent): Place | undefined => {
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    let best: { place: Place; far: number } | undefined;
    for (const { from, path, points, label } of place.arrows) {
      for (const point of [label, points.at(-1)]) {
        const far = point ? Math.hypot(point.x - at.x, point.y - at.y) : NEAR;
        if (far < (best?.far ?? NEAR)) best = { place: { from, path }, far };
      }
    }
    return best?.place;
  };
  const latest = useRef({ selected, onSelect, onInsert, onCut, onNumber });
  latest.current = { selected, onSelect, onInsert, onCut, onNumber };
  const [inserts, opens] = [onInsert !== undefined, onNumber !== undefined];
  const selecting = useMemo(
    (): Selecting => ({
      selected,
      ...(opens ? { onNumber: (number) => latest.current.onNumber?.(number) } : {}),
      onSelect: (id, several) => {
        const next = new Set(several ? latest.current.selected : []);
        if (several && next.has(id)) next.delete(id);
        else next.add(id);
        latest.current.onSelect(next);
      },
    }),
    [selected, opens],
  );
  const inserting = useMemo(
    (): Inserting => ({
      ...(inserts
        ? {
            onInsert: (at, anchor) => latest.current.onInsert?.(at, anchor),
            onCut: (at, to) => latest.current.onCut?.(at, to),
          }
        : {}),
      dragging,
      over: dragging ? over : undefined,
    }),
    [inserts, dragging, over],
  );
  return (
    <SelectingContext value={selecting}>
      <InsertingContext value={inserting}>
        <div
          ref={frame}
          className={css.canvas}
          data-live={counts ? "" : undefined}
          onDragOver={(event) => {
            if (!dragging) return;
            event.preventDefault();
            const found = nearest(event);
            setOver((old) => (samePlace(old, found) ? old : found));
          }}
          onDrop={(event) => {
            event.preventDefault();
            const found = nearest(event);
            if (found) onDrop?.(found);
          }}
        >
          <BoxSelect
            layout={place}
            ids={Object.keys(document.activities)}
            onBox={(ids, added) => onSelect(new Set(added ? [...selected, ...ids] : ids))}
          >
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={NODE_TYPES}
              edgeTypes={EDGE_TYPES}
              minZoom={0.2}
              maxZoom={1.6}
              panOnScroll
              panOnDrag={PANNING}
              selectionKeyCode={null}
              nodesDraggable={false}
              nodesConnectable={false}
              nodesFocusable={false}
              edgesFocusable={false}
              elementsSelectable={false}
              deleteKeyCode={null}
              disableKeyboardA11y
              onMoveStart={(event) => event && byHand()}
              onPaneClick={() => onSelect(new Set())}
              aria-label={say("canvas")}
              proOptions={{ hideAttribution: true }}
            >
              <ArrowHead />
              <Background gap={24} size={1.4} color="var(--line)" />
              {nodes.length > 24 && (
                <MiniMap<CanvasNode>
                  ariaLabel={say("map")}
                  pannable
                  zoomable
                  className={css.map ?? ""}
                  nodeColor={(node) =>
                    node.type === "activity" ? `var(--${familyOf(node.data.activity.type)})` : "transparent"
                  }
                />
              )}
              <Panel position="top-right" className={css.zoom ?? ""}>
                <IconButton label={say("zoomIn")} icon={ZoomIn} onPress={() => zoom(flow.zoomIn)} />
                <IconButton label={say("zoomOut")} icon={ZoomOut} onPress={() => zoom(flow.zoomOut)} />
                <IconButton label={say("fit")} icon={Maximize} onPress={showAll} />
              </Panel>
              {walkers && <Walkers walkers={walkers} layout={place} document={document} />}
              {props.children}
            </ReactFlow>
          </BoxSelect>
        </div>
      </InsertingContext>
    </SelectingContext>
  );
}

function ArrowHead() {
  return (
    <svg className={css.defs} aria-hidden>
      <defs>
        <marker
          id="arrow-head"
          viewBox="0 0 10 10"
          refX="8"
          refY="5"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
          markerUnits="userSpaceOnUse"
        >
          <path d="M1,1 L9,5 L1,9 Z" className={css.head} />
        </marker>
      </defs>
    </svg>
  );
}

interface Fitting {
  /** Shows all of the journey. */
  showAll: () => void;
  /** Whoever moves the canvas by hand has chosen what to see. */
  byHand: () => void;
}

/** Keeps the journey in view as it grows, and what is chosen as the room for it changes. */
function useFit(frame: RefObject<HTMLDivElement | null>, layout: Layout, least: number, chosen?: string): Fitting {
  const flow = useReactFlow();
  const latest = useRef({ layout, chosen });
  latest.current = { layout, chosen };
  const moved = useRef(false);
  const fit = useCallback(
    (all = false) => {
      const room = frame.current;
      if (!room) return;
      moved.current = false;
      const { layout: drawn, chosen: seen } = latest.current;
      const view = viewOf(drawn, room.clientWidth, room.clientHeight, all ? 0.2 : least, seen);
      void flow.setViewport(view, { duration: 160 });
    },
    [flow, frame, least],
  );
  const follow = useCallback(() => {
    const room = frame.current;
    const at = latest.current.layout.points.get(latest.current.chosen ?? "");
    if (!room || !at) return;
    const [view, next] = [flow.getViewport(), following(flow.getViewport(), at, room.clientWidth, room.clientHeight)];
    if (next.x !== view.x || next.y !== view.y) void flow.setViewport(next, { duration: 160 });
  }, [flow, frame]);
  const extent = Math.round(Math.max(...[...layout.points.values()].map((point) => point.x)) + layout.points.size);
  const before = useRef<{ extent: number; chosen: string | undefined }>(undefined);
  useEffect(() => {
    const old = before.current;
    before.current = { extent, chosen };
    if (old?.extent !== extent) fit();
    else if (old.chosen !== chosen) follow(); // chosen elsewhere, as among findings
  }, [extent, chosen, fit, follow]);
  useEffect(() => {
    let width = frame.current?.clientWidth ?? 0;
    const seen = new ResizeObserver(([entry]) => {
      if (!entry || Math.abs(entry.contentRect.width - width) < 8) return;
      width = entry.contentRect.width;
      if (moved.current) follow();
      else fit();
    });
    if (frame.current) seen.observe(frame.current);
    return () => seen.disconnect();
  }, [fit, follow, frame]);
  const showAll = useCallback(() => fit(true), [fit]);
  const byHand = useCallback(() => {
    moved.current = true;
  }, []);
  return { showAll, byHand };
}

import { ViewportPortal } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { FREE, type Layout, NODE, type Point } from "../document/layout";
import type { JourneyDocument } from "../document/types";
import { useLanguage } from "../frame/preferences";
import { useSay } from "../messages/use";
import css from "./Canvas.module.css";
import { curve } from "./flow";
import { nameIn } from "./names";
import { words } from "./words";

/** Somebody on the canvas. */
export interface Walker {
  readonly id: string;
  readonly name: string;
  readonly phase: string;
  /** The arrows that they took, "activity/path", in order. */
  readonly arrows: readonly string[];
  /** Where they were seen first. */
  readonly start: string;
}

const APART = 20;
const ROW = 9;
const MOVE_MS = 420;
/** Of several steps at once the last ones are shown. */
const SHOWN_STEPS = 4;

interface Props {
  walkers: readonly Walker[];
  layout: Layout;
  document: JourneyDocument;
}

/** People as dots: below the activity where they are, and along the arrows as they go. */
export function Walkers({ walkers, layout, document }: Props) {
  const language = useLanguage();
  const crowd = new Map<string, number>();
  return (
    <ViewportPortal>
      {walkers.map((walker) => {
        const place = placeOf(walker, layout);
        const rank = crowd.get(place) ?? 0;
        crowd.set(place, rank + 1);
        const point = layout.points.get(place);
        if (!point) return null;
        const free = place.includes("/");
        const x = point.x + (free ? FREE.width / 2 : APART) + (rank % ROW) * APART;
        const y = point.y + (free ? FREE : NODE).height + 12 + Math.floor(rank / ROW) * APART;
        const [id = place] = place.split("/");
        const called = nameIn(document, id, language);
        return <Dot key={walker.id} walker={walker} place={place} called={called} at={{ x, y }} layout={layout} />;
      })}
    </ViewportPortal>
  );
}

/** Where the last arrow led; before the first, the start. */
function placeOf({ arrows, start }: Walker, layout: Layout): string {
  const last = arrows.at(-1);
  return layout.arrows.find((arrow) => `${arrow.from}/${arrow.path}` === last)?.to ?? start;
}

interface DotProps {
  walker: Walker;
  place: string;
  /** The name of the activity there, or of the one before. */
  called: string;
  at: Point;
  layout: Layout;
}

function Dot({ walker, place, called, at, layout }: DotProps) {
  const say = useSay(words);
  const dot = useRef<HTMLSpanElement>(null);
  const seen = useRef(walker.arrows.length);
  useEffect(() => {
    const steps = walker.arrows.slice(seen.current).slice(-SHOWN_STEPS);
    seen.current = walker.arrows.length;
    if (steps.length === 0 || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const running = { stopped: false };
    void (async () => {
      for (const step of steps) {
        const arrow = layout.arrows.find((each) => `${each.from}/${each.path}` === step);
        if (!arrow || running.stopped) continue;
        const path = `path("${curve(arrow.points)}")`;
        const at = (offsetDistance: string) => ({ offsetPath: path, offsetDistance, transform: "none" });
        await dot.current?.animate([at("0%"), at("100%")], { duration: MOVE_MS, easing: "ease-in-out" }).finished;
      }
    })().catch(() => undefined); // taken off while it moved
    return () => {
      running.stopped = true;
    };
  }, [walker.arrows, layout]);
  const label = say("walker", { name: walker.name, place: called });
  return (
    <span
      ref={dot}
      data-walker={walker.name}
      data-phase={walker.phase}
      data-at={place}
      className={css.walker}
      style={{ transform: `translate(${at.x}px, ${at.y}px)` }}
      title={label}
    >
      <span aria-hidden>{walker.name.slice(0, 1).toUpperCase()}</span>
      <span className="only-read-aloud">{label}</span>
    </span>
  );
}

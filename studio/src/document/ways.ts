/** The ways out of activities: the studio's reading of `next`, the same as the server's. */
import { KINDS } from "./schema";
import type { Activity, JourneyDocument, Target } from "./types";

export const THEN = "then";
export const OTHER = "other";
export const TIMEOUT = "timeout";
export const ERROR = "error";

/** One way out: its name, and the activities that it leads to; none: the end. */
export interface Way {
  readonly path: string;
  readonly targets: readonly string[];
}

/** A place in a journey: a way out of an activity. */
export interface Place {
  readonly from: string;
  readonly path: string;
}

/** What a target names, as a list. */
export function listed(target: Target | undefined): readonly string[] {
  return typeof target === "string" ? [target] : (target ?? []);
}

function isNamed(next: Activity["next"]): next is Readonly<Record<string, Target>> {
  return typeof next === "object" && next !== null && !Array.isArray(next);
}

/** The names of the paths that an activity itself defines, top-down: only what branches by itself has some. */
export function ownPaths(activity: Activity): readonly string[] {
  const { paths } = activity;
  return paths !== null && typeof paths === "object" ? Object.keys(paths) : [];
}

/** Whether people may stand at it side by side with others [6.16]. */
export function waits(activity: Activity | undefined): boolean {
  return activity !== undefined && (KINDS.get(activity.type)?.rests ?? false);
}

/** Whether it parts people by paths of its own. */
export function branches(activity: Activity): boolean {
  return KINDS.get(activity.type)?.branches ?? false;
}

/** Every way out of an activity, the uppermost first. */
export function waysOf(activity: Activity): readonly Way[] {
  if (activity.type === "end") return [];
  const named: Readonly<Record<string, Target>> = isNamed(activity.next)
    ? activity.next
    : { [THEN]: activity.next ?? null };
  const own = ownPaths(activity);
  const first = branches(activity) ? own : [THEN];
  const rest = Object.keys(named).filter((path) => !first.includes(path) && (!branches(activity) || path !== THEN));
  const order = [...first, ...rest.filter((path) => path !== ERROR), ...rest.filter((path) => path === ERROR)];
  return order.map((path) => ({ path, targets: listed(named[path]) }));
}

/** The activity with one of its ways leading elsewhere; `null` as path's target is the end, `undefined` takes it away. */
export function withWay(activity: Activity, path: string, targets: readonly string[] | undefined): Activity {
  const named: Record<string, Target> = {};
  for (const way of waysOf(activity)) named[way.path] = written(way.targets);
  if (targets === undefined) delete named[path];
  else named[path] = written(targets);
  const plain = !branches(activity) && Object.keys(named).every((each) => each === THEN);
  return { ...activity, next: plain ? (named[THEN] ?? null) : named };
}

function written(targets: readonly string[]): Target {
  return targets.length > 1 ? targets : (targets[0] ?? null);
}

/** Where an activity is led to from. */
export function placesBefore(document: JourneyDocument, id: string): readonly Place[] {
  return Object.entries(document.activities).flatMap(([from, activity]) =>
    waysOf(activity)
      .filter((way) => way.targets.includes(id))
      .map((way) => ({ from, path: way.path })),
  );
}

/** Whether `to` can be got to from `from`, itself included. */
export function reaches(document: JourneyDocument, from: string, to: string): boolean {
  const seen = new Set<string>();
  const left = [from];
  for (let here = left.pop(); here !== undefined; here = left.pop()) {
    if (here === to) return true;
    const activity = document.activities[here];
    if (seen.has(here) || !activity) continue;
    seen.add(here);
    left.push(...waysOf(activity).flatMap((way) => way.targets));
  }
  return false;
}

/** All activities in the order of the flow, upper paths first; those that nobody reaches last. */
export function inOrder(document: JourneyDocument): readonly string[] {
  const order: string[] = [];
  const visit = (id: string) => {
    const activity = document.activities[id];
    if (!activity || order.includes(id)) return;
    order.push(id);
    for (const way of waysOf(activity)) way.targets.forEach(visit);
  };
  visit(document.start);
  Object.keys(document.activities).forEach(visit);
  return order;
}

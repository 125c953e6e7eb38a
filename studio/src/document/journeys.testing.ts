import fc from "fast-check";
import type { Activity, JourneyDocument } from "./types";
import { waysOf, withWay } from "./ways";

/** The example's journey, shortened. */
export const WIN_BACK: JourneyDocument = {
  name: "win-back",
  namespace: "CRMID",
  start: "purchase",
  activities: {
    purchase: { type: "event", event: "Purchase", next: "is_big" },
    is_big: {
      type: "condition",
      paths: { big: "@{Purchase._tenant.value} >= 50" },
      next: { big: "vip_thanks", other: ["buys_again", "patience"] },
    },
    vip_thanks: { type: "action", action: "vip_thanks", next: ["buys_again", "patience"] },
    buys_again: { type: "event", event: "Purchase", next: "cross_sell" },
    patience: { type: "wait", duration: "P21DT6H", next: "win_back" },
    cross_sell: { type: "action", action: "cross_sell", next: "done" },
    win_back: { type: "action", action: "win_back" },
    done: { type: "end" },
  },
};

const KINDS: readonly Activity[] = [
  { type: "action", action: "thanks" },
  { type: "wait", duration: "P1D" },
  { type: "event", event: "Purchase" },
  { type: "condition", paths: { yes: "true", no: "false" }, next: { other: null } },
];

/** Journeys without loops, of up to twelve activities, drawn link by link. */
export const journeys: fc.Arbitrary<JourneyDocument> = fc
  .array(fc.record({ kind: fc.nat(3), from: fc.nat(), way: fc.nat() }), { maxLength: 11 })
  .map((drawn) => {
    const activities: Record<string, Activity> = { a0: { type: "event", event: "Purchase" } };
    drawn.forEach(({ kind, from, way }, index) => {
      const id = `a${index + 1}`;
      const parent = `a${from % (index + 1)}`;
      const activity = activities[parent] as Activity;
      const ways = waysOf(activity);
      const chosen = ways[way % ways.length];
      activities[id] = KINDS[kind] as Activity;
      if (chosen) activities[parent] = withWay(activity, chosen.path, [...chosen.targets, id]);
    });
    return { name: "drawn", start: "a0", activities };
  });

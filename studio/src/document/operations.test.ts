import fc from "fast-check";
import { expect, test } from "vitest";
import { inBox } from "./box";
import { apply } from "./change";
import { copied, eventsIn, pasted } from "./clipboard";
import { journeys, WIN_BACK } from "./journeys.testing";
import { layout } from "./layout";
import { become, connect, disconnect, insert, insertBeside, remove, setField, setPaths, toggleWay } from "./operations";
import type { JourneyDocument } from "./types";
import { inOrder, reaches, waits, waysOf } from "./ways";

function ways(document: JourneyDocument, id: string): Record<string, readonly string[]> {
  const activity = document.activities[id];
  return Object.fromEntries((activity ? waysOf(activity) : []).map((way) => [way.path, way.targets]));
}

/** Every target is there, nothing leads back, only what waits stands in parallel. */
function sound(document: JourneyDocument): void {
  expect(document.activities[document.start]).toBeDefined();
  for (const [id, activity] of Object.entries(document.activities)) {
    for (const way of waysOf(activity)) {
      for (const target of way.targets) {
        expect(document.activities[target]).toBeDefined();
        expect(reaches(document, target, id)).toBe(false);
      }
    }
  }
}

test("the ways of each kind, the uppermost first", () => {
  expect(ways(WIN_BACK, "purchase")).toEqual({ then: ["is_big"] });
  expect(ways(WIN_BACK, "is_big")).toEqual({ big: ["vip_thanks"], other: ["buys_again", "patience"] });
  expect(ways(WIN_BACK, "win_back")).toEqual({ then: [] });
  expect(ways(WIN_BACK, "done")).toEqual({});
  const both = { type: "action", action: "a", next: { error: "x", then: "y" } };
  expect(waysOf(both).map((way) => way.path)).toEqual(["then", "error"]);
});

test("an activity put into a way goes between", () => {
  const inserted = insert(WIN_BACK, { from: "purchase", path: "then" }, { type: "wait", duration: "P1D" });
  const after = apply(WIN_BACK, inserted?.change ?? expect.fail());
  expect(ways(after, "purchase")).toEqual({ then: ["wait"] });
  expect(ways(after, "wait")).toEqual({ then: ["is_big"] });
});

test("a condition put into a way leads on by its first path, and an end only stands at a free place", () => {
  const inserted = insert(
    WIN_BACK,
    { from: "vip_thanks", path: "then" },
    { type: "condition", paths: { a: "true", b: "false" } },
  );
  const after = apply(WIN_BACK, inserted?.change ?? expect.fail());
  expect(ways(after, "condition")).toEqual({ a: ["buys_again", "patience"], b: [] });
  expect(insert(WIN_BACK, { from: "purchase", path: "then" }, { type: "end" })).toBeUndefined();
  expect(insert(WIN_BACK, { from: "win_back", path: "then" }, { type: "end" })).toBeDefined();
});

test("customers come in by a segment instead of an event, and go on as before", () => {
  const change = become(WIN_BACK, WIN_BACK.start, "segmentQualification");
  const after = apply(WIN_BACK, change ?? expect.fail());
  expect(after.activities.purchase).toMatchObject({ type: "segmentQualification" });
  expect(after.activities.purchase).not.toHaveProperty("event");
  expect(ways(after, "purchase").then).toEqual(["is_big"]);
  const named = apply(after, setField(after, "purchase", "segment", "VIP") ?? expect.fail());
  const audience = apply(named, become(named, "purchase", "readAudience") ?? expect.fail());
  expect(audience.activities.purchase).toMatchObject({ type: "readAudience", segment: "VIP" });
});

test("only what waits stands beside what waits", () => {
  const wait = { type: "wait", duration: "P1D" };
  const beside = insertBeside(WIN_BACK, { from: "vip_thanks", path: "then" }, wait);
  expect(ways(apply(WIN_BACK, beside?.change ?? expect.fail()), "vip_thanks")).toEqual({
    then: ["buys_again", "patience", "wait"],
  });
  expect(insertBeside(WIN_BACK, { from: "vip_thanks", path: "then" }, { type: "action", action: "a" })).toBeUndefined();
  expect(insertBeside(WIN_BACK, { from: "is_big", path: "big" }, wait)).toBeUndefined();
});

test("a way is led elsewhere, never in a circle or to the start", () => {
  const change = connect(WIN_BACK, { from: "win_back", path: "then" }, "done");
  expect(ways(apply(WIN_BACK, change ?? expect.fail()), "win_back")).toEqual({ then: ["done"] });
  expect(connect(WIN_BACK, { from: "win_back", path: "then" }, "patience")).toBeUndefined();
  expect(connect(WIN_BACK, { from: "win_back", path: "then" }, "purchase")).toBeUndefined();
  const cut = apply(WIN_BACK, disconnect(WIN_BACK, { from: "vip_thanks", path: "then" }, "patience"));
  expect(ways(cut, "vip_thanks")).toEqual({ then: ["buys_again"] });
});

test("paths heal where an activity is taken away", () => {
  const after = apply(WIN_BACK, remove(WIN_BACK, ["vip_thanks", "cross_sell"]) ?? expect.fail());
  expect(ways(after, "is_big")).toEqual({ big: ["buys_again", "patience"], other: ["buys_again", "patience"] });
  expect(ways(after, "buys_again")).toEqual({ then: ["done"] });
  const group = apply(WIN_BACK, remove(WIN_BACK, ["patience"]) ?? expect.fail());
  expect(ways(group, "vip_thanks")).toEqual({ then: ["buys_again"] });
});

test("without the start the next one begins; the only activity stays", () => {
  expect(apply(WIN_BACK, remove(WIN_BACK, ["purchase"]) ?? expect.fail()).start).toBe("is_big");
  const alone = { name: "j", start: "a", activities: { a: { type: "event", event: "E" } } };
  expect(remove(alone, ["a"])).toBeUndefined();
});

test("whatever is inserted and removed, the journey stays sound", () => {
  fc.assert(
    fc.property(journeys, fc.nat(), fc.nat(), fc.nat(3), (document, where, gone, kind) => {
      const activity = Object.values(WIN_BACK.activities)[kind] as JourneyDocument["activities"][string];
      const all = inOrder(document).flatMap((from) =>
        waysOf(document.activities[from] ?? activity).map(({ path }) => ({ from, path })),
      );
      const place = all[where % all.length];
      const bare = { ...activity, next: activity.type === "condition" ? {} : null };
      const inserted = place && insert(document, place, bare);
      const grown = inserted ? apply(document, inserted.change) : document;
      sound(grown);
      const id = inOrder(grown)[gone % inOrder(grown).length] as string;
      const change = remove(grown, [id]);
      if (change) sound(apply(grown, change));
    }),
  );
});

test("paths are renamed, put in order and added, and keep where they lead", () => {
  const change = setPaths(WIN_BACK, "is_big", { huge: "true", large: "false" }, { large: "big" });
  const after = apply(WIN_BACK, change ?? expect.fail());
  expect(Object.entries(ways(after, "is_big"))).toEqual([
    ["huge", []],
    ["large", ["vip_thanks"]],
    ["other", ["buys_again", "patience"]],
  ]);
});

test("the path for an error is there or not", () => {
  const on = apply(WIN_BACK, toggleWay(WIN_BACK, "vip_thanks", "error", true) ?? expect.fail());
  expect(ways(on, "vip_thanks")).toEqual({ then: ["buys_again", "patience"], error: [] });
  const off = apply(on, toggleWay(on, "vip_thanks", "error", false) ?? expect.fail());
  expect(off.activities.vip_thanks?.next).toEqual(["buys_again", "patience"]);
});

test("what is copied pastes with ids of its own, its inner ways kept, led to from a free place", () => {
  const text = copied(WIN_BACK, ["patience", "win_back"]);
  const result = pasted(WIN_BACK, text, { from: "win_back", path: "then" });
  const after = apply(WIN_BACK, result?.change ?? expect.fail());
  expect(result?.ids).toEqual(["patience_2", "win_back_2"]);
  expect(ways(after, "win_back")).toEqual({ then: ["patience_2"] });
  expect(ways(after, "patience_2")).toEqual({ then: ["win_back_2"] });
  expect(pasted(WIN_BACK, "anything else")).toBeUndefined();
  expect(pasted(WIN_BACK, "{}")).toBeUndefined();
});

test("what is pasted names the copies of what it named: the goals of branches, the message that is reacted to", () => {
  const journey: JourneyDocument = {
    name: "j",
    start: "split",
    activities: {
      split: {
        type: "abSplit",
        paths: { A: { share: 50, goal: "mail" }, B: { share: 50, goal: "other" } },
        next: { A: "mail" },
      },
      mail: { type: "email", subject: "s", next: "opened" },
      opened: { type: "reaction", message: "mail" },
      other: { type: "end" },
    },
  };
  const result = pasted(journey, copied(journey, ["split", "mail", "opened"]));
  const { activities } = apply(journey, result?.change ?? expect.fail());
  expect(activities.split_2?.paths).toEqual({ A: { share: 50, goal: "mail_2" }, B: { share: 50, goal: "other" } });
  expect(activities.opened_2?.message).toBe("mail_2");
});

test("who may stand in parallel", () => {
  const { buys_again, patience, vip_thanks, is_big, done } = WIN_BACK.activities;
  expect([buys_again, patience, vip_thanks, is_big, done].map(waits)).toEqual([true, true, false, false, false]);
});

test("a box encloses what it touches; events that are copied are told", () => {
  const place = layout(WIN_BACK);
  const at = (id: string) => place.points.get(id) ?? expect.fail();
  const all = Object.keys(WIN_BACK.activities);
  const corner = { x: at("purchase").x - 10, y: at("purchase").y - 10 };
  const inner = { x: at("purchase").x + 20, y: at("purchase").y + 20 };
  expect(inBox(place, all, inner, corner)).toEqual(["purchase"]);
  expect(inBox(place, all, corner, { x: corner.x - 5, y: corner.y - 5 })).toEqual([]);
  expect(eventsIn(copied(WIN_BACK, ["purchase", "patience"]))).toEqual(["Purchase"]);
  expect(eventsIn("text")).toBeUndefined();
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { apply, between, invert, isEmpty, places, put } from "./change";
import { begun, done, redone, undone } from "./history";
import { journeys, WIN_BACK } from "./journeys.testing";
import { remove, setField } from "./operations";

test("a change leads from one document to the other, and back", () => {
  fc.assert(
    fc.property(journeys, journeys, (one, other) => {
      const change = between(one, other);
      expect(apply(one, change)).toEqual(other);
      expect(apply(apply(one, change), invert(change))).toEqual(one);
      expect(isEmpty(between(one, one))).toBe(true);
    }),
  );
});

test("undo and redo go the whole way and back", () => {
  fc.assert(
    fc.property(fc.array(journeys, { minLength: 1, maxLength: 6 }), (states) => {
      let history = begun(WIN_BACK);
      states.forEach((state, index) => {
        history = done(history, between(history.document, state), index * 10_000);
      });
      const last = history.document;
      while (history.past.length) history = undone(history);
      expect(history.document).toEqual(WIN_BACK);
      while (history.future.length) history = redone(history);
      expect(history.document).toEqual(last);
    }),
  );
});

test("typing at one place is one step; pausing, or another place, begins the next", () => {
  const typed = (history: ReturnType<typeof begun>, name: string, now: number) =>
    done(history, put(history.document, ["description"], name), now);
  let history = typed(typed(typed(begun(WIN_BACK), "a", 0), "ab", 300), "abc", 600);
  history = typed(history, "abcd", 5000);
  expect(history.past.length).toBe(2);
  expect(undone(history).document.description).toBe("abc");
  expect(undone(undone(history)).document.description).toBeUndefined();
});

test("a change tells which activities it touches", () => {
  const change = setField(WIN_BACK, "patience", "duration", "P1D");
  expect(change && places(change)).toEqual(["activities/patience"]);
  const removed = remove(WIN_BACK, ["cross_sell"]);
  expect(removed && [...places(removed)].sort()).toEqual(["activities/buys_again", "activities/cross_sell"]);
});

test("a new change gives up what was undone", () => {
  const one = done(begun(WIN_BACK), put(WIN_BACK, ["description"], "one"), 0);
  const other = done(undone(one), put(WIN_BACK, ["description"], "other"), 0);
  expect(other.future).toEqual([]);
  expect(redone(other)).toBe(other);
});

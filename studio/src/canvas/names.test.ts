import { expect, test } from "vitest";
import { nameIn } from "./names";

const document = {
  activities: {
    a: { type: "event", event: "Purchase" },
    b: { type: "condition" },
    c: { type: "wait", duration: "P1D" },
    d: { type: "wait", label: "Patience" },
    e: { type: "wait", duration: "P3D" },
    f: { type: "event", event: "Purchase", label: "Wait 2" },
    g: { type: "event", event: "Purchase" },
    r: { type: "reaction", message: "x", what: "opened" },
    h: { type: "end" },
    i: { type: "end" },
  },
};

test("an activity is called by its label, what it names, or its kind; a number tells those apart that are alike", () => {
  const names = Object.keys(document.activities).map((id) => nameIn(document, id, "en"));
  expect(names).toEqual([
    "Purchase",
    "Condition",
    "Wait",
    "Patience",
    "Wait 3",
    "Wait 2",
    "Purchase 2",
    "Reaction",
    "End",
    "End",
  ]);
  expect(["b", "c", "e", "r"].map((id) => nameIn(document, id, "ko"))).toEqual(["조건", "대기", "대기 2", "반응"]);
  expect(nameIn(document, "gone", "ko")).toBe("gone");
});

import { expect, test } from "vitest";
import { parsed } from "./event";
import { begun, counted, type Move, moved, NOTHING_SEEN } from "./sight";

const move = (change: Partial<Move>): Move =>
  ({
    stay: "s1",
    person: "ann",
    activity: "a",
    arrow: "a/then",
    ended: false,
    status: "transitions",
    error: null,
    ...change,
  }) as Move;

test("an event of a stream, and a comment", () => {
  expect(parsed('event: move\ndata: {"n": 1}')).toEqual({ name: "move", data: { n: 1 } });
  expect(parsed(": still here")).toBeUndefined();
});

test("people walk, one behind the other, and are counted on the arrows", () => {
  const steps = [
    move({}),
    move({ stay: "s2", person: "bob" }),
    move({ activity: "b", arrow: "b/left" }),
    move({ stay: "s2", person: "bob", activity: "b", arrow: "b/right", ended: true }),
  ];
  const sight = steps.reduce(moved, NOTHING_SEEN);
  expect(sight.people.map(({ person, phase, arrows }) => [person, phase, arrows])).toEqual([
    ["ann", "running", ["a/then", "b/left"]],
    ["bob", "finished", ["a/then", "b/right"]],
  ]);
  expect(counted(sight)).toEqual({
    entered: 2,
    activities: {
      a: { left: 2, arrows: { "a/then": 2 } },
      b: { left: 2, arrows: { "b/left": 1, "b/right": 1 } },
    },
  });
});

test("an error without another path is the end, and marks its activity", () => {
  const sight = moved(NOTHING_SEEN, move({ arrow: null, ended: true, status: "error", error: "http" }));
  expect(sight.people[0]?.phase).toBe("error");
  expect(sight.errors).toEqual({ a: 1 });
});

test("a page that comes back sees it as it is", () => {
  const flow = {
    activities: { a: { here: 0, left: 1, ended: 0, errors: 1 } },
    arrows: { "a/then": 1 },
    people: [{ stay: "s1", person: "ann", phase: "running", standsAt: ["b"], arrows: ["a/then"] }],
  };
  const sight = moved(begun(flow), move({ activity: "b", arrow: "b/then" }));
  expect(sight.people[0]?.arrows).toEqual(["a/then", "b/then"]);
  expect(sight.errors).toEqual({ a: 1 });
});

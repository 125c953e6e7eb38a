import fc from "fast-check";
import { expect, test } from "vitest";
import { journeys, WIN_BACK } from "./journeys.testing";
import { FREE, following, freeEnd, layout, NODE, type View, viewOf } from "./layout";
import { waysOf } from "./ways";

test("nothing overlaps, and every way leads to the right", () => {
  fc.assert(
    fc.property(journeys, (document) => {
      const { points } = layout(document);
      const boxes = [...points].map(([id, { x, y }]) => ({ x, y, ...(id.includes("/") ? FREE : NODE) }));
      boxes.forEach((one, index) => {
        for (const other of boxes.slice(index + 1)) {
          const apart =
            one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y;
          expect(apart).toBe(true);
        }
      });
      for (const [id, activity] of Object.entries(document.activities)) {
        for (const way of waysOf(activity)) {
          for (const target of way.targets) {
            expect(points.get(target)?.x ?? 0).toBeGreaterThan(points.get(id)?.x ?? 0);
          }
        }
      }
    }),
  );
});

test("the upper path stands above", () => {
  const { points } = layout(WIN_BACK);
  const y = (id: string) => points.get(id)?.y ?? Number.NaN;
  expect(y("buys_again")).toBeLessThan(y("patience"));
  expect(y("cross_sell")).toBeLessThan(y("win_back"));
  expect(points.has(freeEnd("win_back", "then"))).toBe(true);
});

test("a view shows all where that can be read, else the beginning", () => {
  const drawn = layout(WIN_BACK);
  const wide = viewOf(drawn, 4000, 1000, 0.7);
  expect(wide.zoom).toBe(1);
  const narrow = viewOf(drawn, 700, 600, 0.7);
  expect(narrow.zoom).toBe(0.7);
  const start = drawn.points.get("purchase");
  expect((start?.x ?? 0) * narrow.zoom + narrow.x).toBe(32);
  const shifted = viewOf(drawn, 700, 600, 0.7, "patience");
  const middle = ((drawn.points.get("patience")?.x ?? 0) + NODE.width / 2) * 0.7 + shifted.x;
  expect(middle).toBeCloseTo(350);
  expect(viewOf(drawn, 700, 600, 0.2).zoom).toBeLessThan(0.7);
});

test("what is chosen is seen whole in any room, and what fits is there from end to end", () => {
  const rooms = fc.record({ width: fc.integer({ min: 320, max: 2000 }), height: fc.integer({ min: 240, max: 1200 }) });
  fc.assert(
    fc.property(journeys, rooms, fc.nat(), (document, { width, height }, which) => {
      const drawn = layout(document);
      const ids = Object.keys(document.activities).filter((id) => drawn.points.has(id));
      const chosen = ids[which % ids.length] ?? "";
      const at = drawn.points.get(chosen) ?? { x: 0, y: 0 };
      const sees = ({ x, y, zoom }: View) =>
        at.x * zoom + x >= 31.9 &&
        (at.x + NODE.width) * zoom + x <= width - 31.9 &&
        at.y * zoom + y >= 31.9 &&
        (at.y + NODE.height) * zoom + y <= height - 31.9;
      const view = viewOf(drawn, width, height, 0.7, chosen);
      expect(sees(view)).toBe(true);
      expect(following(view, at, width, height)).toEqual(view);
      const elsewhere = following({ x: -5000, y: 9000, zoom: 1 }, at, width, height);
      expect(sees(elsewhere)).toBe(true);
    }),
  );
});

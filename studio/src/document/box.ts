/** What a box on the canvas encloses. */
import { type Layout, NODE, type Point } from "./layout";

/** The activities that a box touches, spanned by two corners in the canvas's own units. */
export function inBox({ points }: Layout, ids: Iterable<string>, one: Point, other: Point): readonly string[] {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
  return [...ids].filter((id) => {
    const at = points.get(id);
    return at && at.x < right && at.x + NODE.width > left && at.y < bottom && at.y + NODE.height > top;
  });
}

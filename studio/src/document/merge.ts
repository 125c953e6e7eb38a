/** Two people changed one journey: what both have done, where they did it in different places. */
import { apply, between, places } from "./change";
import type { JourneyDocument } from "./types";

/** Mine on top of theirs; undefined where both changed the same activity or property. */
export function merged(
  base: JourneyDocument,
  mine: JourneyDocument,
  theirs: JourneyDocument,
): JourneyDocument | undefined {
  const own = between(base, mine);
  const touched = new Set(places(between(base, theirs)));
  return places(own).some((place) => touched.has(place)) ? undefined : apply(theirs, own);
}

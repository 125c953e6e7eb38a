/** Where things of a chart stand. */

const NAMES_APART = 18;

/** The next round number. */
export function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** Places for names that would lie on one another, in the same order, none below `end`. */
export function spread(places: readonly number[], end: number): readonly number[] {
  const order = places.map((place, index) => ({ place, index })).sort((one, other) => one.place - other.place);
  const found = [...places];
  let free = Number.NEGATIVE_INFINITY;
  for (const { place, index } of order) {
    found[index] = Math.max(place, free);
    free = (found[index] ?? 0) + NAMES_APART;
  }
  const over = Math.max(0, free - NAMES_APART - end);
  return found.map((place) => place - over);
}

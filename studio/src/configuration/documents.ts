/** Documents as data: pure. */

/** Without the fields that are undefined. */
export function trimmed<D extends object>(document: D): D {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined)) as D;
}

/** Whether two say the same. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => name in right && same(left[name], right[name]))
  );
}

/** An object with one of its names changed, in its old place. */
export function renamed<T>(whole: Readonly<Record<string, T>>, from: string, to: string): Record<string, T> {
  return Object.fromEntries(Object.entries(whole).map(([name, value]) => [name === from ? to : name, value]));
}

export function without<T>(whole: Readonly<Record<string, T>>, name: string): Record<string, T> {
  const { [name]: _, ...others } = whole;
  return others;
}

/** An object with a value at a name; undefined takes it out, and an empty one becomes undefined. */
export function withValue<T>(
  whole: Readonly<Record<string, T>> | undefined,
  name: string,
  value: T | undefined,
): Record<string, T> | undefined {
  const next = value === undefined ? without(whole ?? {}, name) : { ...whole, [name]: value };
  return Object.keys(next).length ? next : undefined;
}

/** The first of `name`, `name2`, `name3` ... that is free. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number++) if (!taken.includes(`${name}${number}`)) return `${name}${number}`;
}

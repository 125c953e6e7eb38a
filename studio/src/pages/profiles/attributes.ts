/** Attributes of people as data: pure. */

export interface Leaf {
  readonly path: readonly string[];
  readonly value: string;
}

type Attributes = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Attributes =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The values in attributes, each with its path; lists as JSON. Identities are told elsewhere. */
export function leavesOf(attributes: Attributes, path: readonly string[] = []): readonly Leaf[] {
  return Object.entries(attributes).flatMap(([name, value]): readonly Leaf[] => {
    if (path.length === 0 && name === "identityMap") return [];
    const here = [...path, name];
    if (isObject(value)) return leavesOf(value, here);
    return [{ path: here, value: typeof value === "string" ? value : JSON.stringify(value) }];
  });
}

/** The value at a path with dots, undefined where there is none. */
export function at(attributes: Attributes, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), attributes);
}

export interface Consent {
  readonly name: string;
  readonly agreed: boolean;
  readonly time: string | undefined;
  readonly reason: string | undefined;
}

/** The consents in a profile: `consents.marketing.email.val` is "y" or "n". */
export function consentsOf(attributes: Attributes, path: readonly string[] = []): readonly Consent[] {
  const whole = path.length === 0 ? attributes.consents : attributes;
  if (!isObject(whole)) return [];
  return Object.entries(whole).flatMap(([name, value]): readonly Consent[] => {
    if (!isObject(value)) return [];
    if (typeof value.val !== "string") return consentsOf(value, [...path, name]);
    return [
      {
        name: [...path, name].join(" › "),
        agreed: value.val.startsWith("y"),
        time: typeof value.time === "string" ? value.time : undefined,
        reason: typeof value.reason === "string" ? value.reason : undefined,
      },
    ];
  });
}

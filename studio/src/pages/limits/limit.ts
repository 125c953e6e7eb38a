/** Limits on calls as the public API has them, and as a form has them. Pure. */

export type Kind = "capping" | "throttling";
export type Service = "action" | "dataSource";
export const SERVICES: readonly Service[] = ["action", "dataSource"];
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"] as const;

export interface Rating {
  readonly maxCallsCount: number;
  readonly periodInMs: number;
}

export interface ServiceCap {
  readonly maxHttpConnections?: number | undefined;
  readonly rating: Rating;
}

export interface Body {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string;
  readonly urlPattern?: string;
  readonly methods: readonly string[];
  readonly services?: Readonly<Partial<Record<Service, ServiceCap>>>;
  readonly maxThroughput?: number;
}

export interface Limit {
  readonly uid: string;
  readonly kind: Kind;
  readonly body: Body;
  /** What was done with it last. */
  readonly state: "created" | "updated" | "deployed";
  readonly deployed: boolean;
  readonly changedAt: string | undefined;
  readonly changedBy: string | undefined;
}

interface Listed extends Body {
  uid: string;
  state: Limit["state"];
  hasBeenDeployed: boolean;
  metadata: Record<string, string>;
}

const FIELDS = ["name", "description", "url", "urlPattern", "methods", "services", "maxThroughput"] as const;

/** A configuration as the API lists it. */
export function limitOf(kind: Kind, listed: Listed): Limit {
  const body = Object.fromEntries(FIELDS.filter((field) => field in listed).map((field) => [field, listed[field]]));
  return {
    uid: listed.uid,
    kind,
    body: body as unknown as Body,
    state: listed.state,
    deployed: listed.hasBeenDeployed,
    changedAt: listed.metadata.lastModifiedAt ?? listed.metadata.createdAt,
    changedBy: listed.metadata.lastModifiedBy ?? listed.metadata.createdBy,
  };
}

export const urlOf = ({ body }: Limit): string => body.url ?? body.urlPattern ?? "";
export const titleOf = (limit: Limit): string => limit.body.name || urlOf(limit);

/** Whether what runs is as it is written. */
export type Stand = "off" | "on" | "older";
export function standOf({ deployed, state }: Limit): Stand {
  return !deployed ? "off" : state === "deployed" ? "on" : "older";
}

export function blankLimit(kind: Kind): Body {
  return kind === "capping"
    ? {
        url: "",
        methods: ["POST"],
        services: { action: { maxHttpConnections: 20, rating: { maxCallsCount: 100, periodInMs: 1000 } } },
      }
    : { name: "", urlPattern: "", methods: ["POST"], maxThroughput: 500 };
}

const UNITS = { milliseconds: 1, seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
export type Unit = keyof typeof UNITS;
export const PERIOD_UNITS = Object.keys(UNITS) as Unit[];

/** A period in the largest unit that it is a whole number of. */
export function periodOf(ms: number): { amount: number; unit: Unit } {
  const unit = PERIOD_UNITS.findLast((each) => ms > 0 && ms % UNITS[each] === 0) ?? "milliseconds";
  return { amount: ms / UNITS[unit], unit };
}

export function milliseconds(amount: number, unit: Unit): number {
  return Math.round(amount * UNITS[unit]);
}

/** The field that an error of the public API is about. */
export function fieldOf(code: string): string | undefined {
  const [, capping] = /^ERR_ENDPOINTCONFIG_(\d+)$/.exec(code) ?? [];
  if (capping !== undefined) {
    return { 100: "url", 101: "url", 102: "url", 103: "methods", 104: "services", 107: "calls", 108: "period" }[
      Number(capping)
    ];
  }
  const [, throttling] = /^ERR_THROTTLING_CONFIG_(\d+)$/.exec(code) ?? [];
  return { 101: "maxThroughput", 104: "url", 105: "url" }[Number(throttling)];
}

/** What the server answers with, where its OpenAPI document leaves the answer open. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Problem = Omit<Schemas["ProblemDetails"], "findings" | "type"> & { findings?: readonly Finding[] };
export type Analysis = Schemas["Analysis"];
export type SimpleGroup = Schemas["Group-Output"];
export type SimpleRow = Extract<SimpleGroup["items"][number], { operator: string }>;
export type Sandbox = Schemas["Sandbox"];
export type OperatorView = Schemas["OperatorView"];

export interface Finding {
  code: string;
  severity: "error" | "warning";
  kind: string;
  name: string;
  activity: string | null;
  field: string;
  /** What its sentence was made with. */
  params?: Readonly<Record<string, string>>;
  message: string;
  hint: string | null;
}

export type Permission =
  | "read-journeys"
  | "manage-journeys"
  | "publish-journeys"
  | "read-configuration"
  | "manage-configuration"
  | "read-reports"
  | "manage-reports";

export interface Me {
  name: string;
  kind: string;
  administrator: boolean;
  permissions: Record<string, Permission[]>;
}

export type JourneyStatus =
  | "draft"
  | "test"
  | "activatingTest"
  | "deactivatingTest"
  | "publishing"
  | "live"
  | "closed"
  | "stopping"
  | "stopped"
  | "finished";

export interface Version {
  version: number;
  uid: string;
  status: JourneyStatus;
  createdAt: number | null;
  createdBy: string | null;
  changedAt: number | null;
  changedBy: string | null;
  publishedAt: number | null;
  publishedBy: string | null;
}

/** What publishing a draft would do [6.9]. */
export interface Plan {
  version: number;
  /** The version that it would close, if one is live. */
  against: number | null;
  /** How many people are inside that, and stay on it. */
  waiting: number;
  properties: readonly { field: string }[];
  activities: readonly { id: string; type: string; label: string; change: string; waiting: number }[];
}

export interface ListedJourney {
  name: string;
  uid: string;
  versions: Version[];
}

export interface Counts {
  entered: number;
  completed: number;
  failed: number;
  exited: number;
  stopped: number;
  current: number;
}

export interface ActivityCounts {
  type: string;
  label: string;
  left: number;
  ended: number;
  current?: number;
  /** By "activity/path". */
  arrows: Record<string, number>;
}

export interface ActionCounts {
  called: number;
  ok: number;
  attempts: number;
  failed: Record<string, number>;
}

export interface VersionReport extends Counts {
  version: number;
  status: JourneyStatus;
  publishedAt: number;
  activities: Record<string, ActivityCounts>;
  actions: Record<string, ActionCounts>;
  errors: Record<string, number>;
}

export interface Report extends Counts {
  versions: VersionReport[];
  activities: Record<string, ActivityCounts>;
  actions: Record<string, ActionCounts>;
  queued: Record<string, number>;
  discarded: Record<string, number>;
  quarantined: number;
}

/** A report of a range: `current` as of its end, `currentBefore` as of its beginning. */
export interface RangeReport extends Counts {
  currentBefore: number;
  since: number | null;
  until: number | null;
  versions: (Omit<VersionReport, "status" | "publishedAt"> & { currentBefore: number })[];
  actions: Record<string, ActionCounts>;
}

export interface ServerStatus {
  accepted: number;
  /** The numbers of the last entry of the log, and of the last that was processed. */
  log: { last: number; processed: number };
  openCalls: number;
  clock: { now: number; virtual: boolean; scale: number };
  engine: { alive: boolean; error: string | null };
}

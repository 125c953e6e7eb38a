/** A journey's document as the studio edits it. What an activity holds is for the schema of its type to say. */

export type Target = string | readonly string[] | null;

export interface Activity {
  readonly type: string;
  readonly label?: string;
  readonly next?: Target | Readonly<Record<string, Target>>;
  readonly [property: string]: unknown;
}

export interface JourneyDocument {
  readonly name: string;
  readonly start: string;
  readonly activities: Readonly<Record<string, Activity>>;
  readonly [property: string]: unknown;
}

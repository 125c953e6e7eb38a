import type { Finding, Problem } from "./types";

/** The server's refusal: its sentence is the message, in the language that the reader has chosen. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super([problem.title, problem.detail].filter(Boolean).join(" "));
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get field(): string | undefined {
    return this.problem.field;
  }

  get findings(): readonly Finding[] {
    return this.problem.findings ?? [];
  }
}

/** The request did not get to the server. */
export class ConnectionError extends Error {}

/** What the server sent, and the tag of its version. */
export interface Answer<T> {
  body: T;
  etag: string | null;
}

/** A refusal, for a form: what is said of one of its fields, and what of none of them. */
export function refusalOf<Field extends string>(
  error: Error | null,
  fields: readonly Field[],
): { at: Partial<Record<Field, string>>; rest: string | undefined } {
  if (error === null) return { at: {}, rest: undefined };
  const about = error instanceof ApiError ? (error.field ?? "") : "";
  const field = fields.find((each) => about === each || about.startsWith(`${each}.`) || about.startsWith(`${each}[`));
  return field
    ? { at: { [field]: withoutFrame(error) } as Partial<Record<Field, string>>, rest: undefined }
    : { at: {}, rest: error.message };
}

/** What a request lacks is said of its field: that the request is not valid, and that the field is to be mended, is clear there. */
function withoutFrame(error: Error): string {
  if (!(error instanceof ApiError) || error.problem.code !== "ERR_REQUEST_INVALID") return error.message;
  return error.problem.title.replace(/^[^:]*: /, "");
}

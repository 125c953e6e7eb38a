/** What the server says of an expression: its type, errors, completions, and its simple view. */
import { ask } from "../api/client";
import type { Analysis, SimpleGroup } from "../api/types";

/** What the expression sees: a journey from one of its activities, an event, or what segments see. */
export type Sight =
  | { journey: string; activity?: string | undefined }
  | { event: string; schema?: string | undefined }
  | { segment: true };

export type Use = "condition" | "key" | "timer" | "parameter";

interface Asked {
  text?: string;
  simple?: SimpleGroup;
  cursor?: number;
}

/** Asks about a text or a simple view; `cursor` in code points. */
export async function analyse(
  sandbox: string,
  sight: Sight,
  use: Use,
  asked: Asked,
  signal?: AbortSignal,
): Promise<Analysis> {
  const body = { ...sight, use, ...asked };
  return (await ask<Analysis>("POST", "/api/expressions/analyse", { sandbox, body, signal })).body;
}

/** The server counts code points, a browser UTF-16 units. */
export function toPoints(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}

export function toUnits(text: string, points: number): number {
  return [...text].slice(0, points).join("").length;
}

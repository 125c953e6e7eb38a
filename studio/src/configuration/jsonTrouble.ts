import type { Say } from "../messages/text";
import type { Wrong } from "./example";
import type { words } from "./words";

/** What is wrong with a text that should be JSON, in the reader's language. */
export function jsonTrouble(say: Say<typeof words>, { line, column, cut }: Wrong): string {
  if (cut) return say("cutJson");
  return line === undefined || column === undefined ? say("badJson") : say("badJsonAt", { line, column });
}

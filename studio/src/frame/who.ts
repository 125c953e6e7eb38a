import { type Language, sayIn } from "../messages/text";
import { words } from "./words";

/** Who did something, in the reader's words: the server's own doings have no user's name. */
export function who(name: string | null | undefined, language: Language): string {
  const say = sayIn(words, language);
  return name === "local" ? say("local") : name === "system" ? say("bySystem") : (name ?? "-");
}

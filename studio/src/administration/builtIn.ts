import type { ProductProfile } from "../api/access";
import { useSay } from "../messages/use";
import { words } from "./words";

const TOLD = {
  "Limited access user": "limited",
  "Standard user": "standard",
  Administrators: "administrators",
} as const;

type BuiltIn = keyof typeof TOLD;
const isBuiltIn = (name: string): name is BuiltIn => name in TOLD;

/** How product profiles are called, and what they are: the built-in ones in the reader's language. */
export function useProfileWords() {
  const say = useSay(words);
  return {
    called: (name: string) => (isBuiltIn(name) ? say(name) : name),
    told: ({ name, description }: ProductProfile) => (isBuiltIn(name) ? say(TOLD[name]) : description),
  };
}

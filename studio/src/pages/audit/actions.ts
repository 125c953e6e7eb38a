import { useSay } from "../../messages/use";
import { words as kinds } from "./kindWords";
import { words as verbs } from "./verbWords";

/** Says what was done to which kind of thing: "journey.publish" in words. */
export function useActionWords() {
  const kind = useSay(kinds);
  const verb = useSay(verbs);
  const kindOf = (name: string) => (name in kinds ? kind(name as keyof typeof kinds) : name);
  const verbOf = (name: string) => (name in verbs ? verb(name as keyof typeof verbs) : name);
  return {
    kindOf,
    said: (action: string) => {
      const at = action.indexOf(".");
      return `${kindOf(action.slice(0, at))}: ${verbOf(action.slice(at + 1))}`;
    },
  };
}

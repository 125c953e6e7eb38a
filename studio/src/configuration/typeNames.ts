import { useSay } from "../messages/use";
import { words } from "./words";

/** A type's name in words: `list<string>` is "List: Text". */
export function useTypeName(): (type: string) => string {
  const say = useSay(words);
  const name = (type: string): string => {
    const item = /^list<(.*)>$/.exec(type)?.[1];
    if (item !== undefined) return say("listOf", { type: name(item) });
    return type in words ? (say as (key: string) => string)(type) : type;
  };
  return name;
}

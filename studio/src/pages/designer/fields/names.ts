import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";

/** What a field is called; its own name, made readable, where nobody gave it one. */
export function useFieldWord(): (name: string) => string {
  const say = useSay(words);
  return (name) => {
    if (name in words) return (say as (key: string) => string)(name);
    const parted = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
    return parted.charAt(0).toUpperCase() + parted.slice(1);
  };
}

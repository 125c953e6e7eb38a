import { words as permissions } from "../administration/words";
import type { Permission } from "../api/types";
import { useMay } from "../frame/session";
import { useSay } from "../messages/use";
import { words } from "./reasonWords";

/** Why one may not do something in the present sandbox. */
export function useWhyNot(permission: Permission): string | false {
  const say = useSay(words);
  const name = useSay(permissions)(permission);
  return !useMay(permission) && say("needsPermission", { name });
}

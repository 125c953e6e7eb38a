/** The seven permissions, and what follows from which. */
import type { Permission } from "../api/types";

export const PERMISSIONS: readonly Permission[] = [
  "read-journeys",
  "manage-journeys",
  "publish-journeys",
  "read-configuration",
  "manage-configuration",
  "read-reports",
  "manage-reports",
];

const IMPLIED: Partial<Record<Permission, Permission>> = {
  "manage-journeys": "read-journeys",
  "publish-journeys": "read-journeys",
  "manage-configuration": "read-configuration",
  "manage-reports": "read-reports",
};

/** All that those who have these may do: manage includes read, publish includes read journeys. */
export function withImplied(permissions: readonly Permission[]): readonly Permission[] {
  const all = new Set(permissions.flatMap((each) => [each, IMPLIED[each] ?? each]));
  return PERMISSIONS.filter((each) => all.has(each));
}

/** Whether one of them is there because another one includes it. */
export function isImplied(permission: Permission, permissions: readonly Permission[]): boolean {
  return permissions.some((each) => IMPLIED[each] === permission);
}

/** With a permission, or without it and those that include it. */
export function toggled(permission: Permission, permissions: readonly Permission[]): readonly Permission[] {
  return permissions.includes(permission)
    ? permissions.filter((each) => each !== permission && IMPLIED[each] !== permission)
    : withImplied([...permissions, permission]);
}

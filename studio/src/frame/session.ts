/** Who is signed in, in which sandbox, and what they may do there. */
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { get } from "../api/client";
import type { Me, Permission, Sandbox, ServerStatus } from "../api/types";

export const DEFAULT_SANDBOX = "prod";

/** The sandbox that the address names. */
export function useSandbox(): string {
  const { sandbox } = useSearch({ from: "__root__" });
  return sandbox ?? DEFAULT_SANDBOX;
}

export function useMe(): Me {
  return useSuspenseQuery({ queryKey: ["me"], queryFn: () => get<Me>("/api/access/me"), staleTime: 60_000 }).data;
}

/** The sandboxes that one may see anything of. */
export function useSandboxes() {
  return useQuery({ queryKey: ["sandboxes"], queryFn: () => get<Sandbox[]>("/api/sandboxes"), staleTime: 60_000 });
}

/** Whether one may do something in the present sandbox. */
export function useMay(permission: Permission): boolean {
  const me = useMe();
  const sandbox = useSandbox();
  return me.administrator || (me.permissions[sandbox] ?? me.permissions["*"] ?? []).includes(permission);
}

/** How the server is, asked for every five seconds. */
export function useServerStatus(): ServerStatus | undefined {
  return useQuery({ queryKey: ["status"], queryFn: () => get<ServerStatus>("/api/status"), refetchInterval: 5000 })
    .data;
}

/** Goes to the same page of another sandbox, or home where that has no such thing. */
export function useSwitchSandbox(): (sandbox: string) => void {
  const navigate = useNavigate();
  return (sandbox) =>
    void navigate({ to: "/journeys", search: { sandbox: sandbox === DEFAULT_SANDBOX ? undefined : sandbox } });
}

const HUES = { blue: 226, orange: 28, yellow: 48, green: 152, teal: 184, violet: 286, pink: 328 } as const;
export const COLOURS = Object.keys(HUES) as (keyof typeof HUES)[];

/** The colour that a sandbox is known by: the chosen one, else one that is made of its name. */
export function hueOf({ name, colour }: Pick<Sandbox, "name" | "colour">): number {
  if (colour) return HUES[colour];
  if (name === DEFAULT_SANDBOX) return HUES.blue;
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 997;
  return [28, 48, 96, 152, 184, 286, 328][hash % 7] ?? HUES.green;
}

import { useSyncExternalStore } from "react";

let lost = false;
const listeners = new Set<() => void>();

/** Told of each request that got through, or did not. */
export function connectionSeen(ok: boolean): void {
  if (lost === !ok) return;
  lost = !ok;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the last request did not get to the server. */
export function useConnectionLost(): boolean {
  return useSyncExternalStore(subscribe, () => lost);
}

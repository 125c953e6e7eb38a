/** Documents as they are being written: kept while the tab is open, wherever one goes in it, until they are saved. */
import { useSyncExternalStore } from "react";
import type { Folder } from "../api/documents";
import type { Opened } from "../components/CatalogPage";
import { useSandbox } from "../frame/session";

/** What is edited under a name, and the tag of the version that it began with (null: a new one). */
export interface Draft<D = unknown> {
  readonly document: D;
  readonly tag: string | null;
}

/** What a document's draft is kept under; a new one has no name yet. */
export function draftKey(sandbox: string, folder: string, name = ""): string {
  return `${sandbox} ${folder} ${name}`;
}

const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();
let kept: readonly string[] = [];

export function draftOf<D>(key: string): Draft<D> | undefined {
  return drafts.get(key) as Draft<D> | undefined;
}

export function keepDraft(key: string, draft: Draft | undefined): void {
  if (draft) drafts.set(key, draft);
  else drafts.delete(key);
  kept = [...drafts.keys()];
  for (const listener of listeners) listener();
}

/** Begins a new document with what was proposed for it. */
export function usePropose(folder: Folder, opened: Opened): (document: unknown) => void {
  const sandbox = useSandbox();
  return (document) => {
    keepDraft(draftKey(sandbox, folder), { document, tag: null });
    opened.create();
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The keys of all drafts. */
export function useDrafts(): readonly string[] {
  return useSyncExternalStore(subscribe, () => kept);
}

// Leaving the studio would lose them: the browser asks.
window.addEventListener("beforeunload", (event) => {
  if (drafts.size) event.preventDefault();
});

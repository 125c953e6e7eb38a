/** Journeys out of a sandbox and into one, as files. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, get } from "../../api/client";
import { toast } from "../../components/toast";
import { useSandbox } from "../../frame/session";

/** What an export holds besides the journey: the part, and the folder that documents of its kind are listed in. */
const PARTS = {
  events: "events",
  dataProviders: "sources",
  actions: "actions",
  segments: "segments",
  channels: "channels",
  rulesets: "rulesets",
} as const;

export interface Exported {
  readonly journeyVersion: { readonly version: number; readonly document: { readonly name: string } };
  readonly [part: string]: unknown;
}

/** Saves versions as files, each with all that it uses; secrets leave as placeholders. */
export function useExport(): (versions: readonly { name: string; uid: string }[]) => Promise<void> {
  const sandbox = useSandbox();
  return async (versions) => {
    for (const { name, uid } of versions) {
      try {
        const found = await get<unknown>(`/authoring/journeyVersions/${uid}/export`, sandbox);
        saved(`${name}.json`, JSON.stringify(found, null, 2));
      } catch (error) {
        toast(`${name}: ${(error as Error).message}`);
      }
    }
  };
}

/** Gives the reader a file. */
function saved(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** The journey of a file; undefined where it is none of ours. */
export function exportedIn(text: string): Exported | undefined {
  try {
    const found = JSON.parse(text) as Exported;
    return typeof found?.journeyVersion?.document?.name === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

export interface Arrival {
  readonly folder: string;
  readonly name: string;
  /** A document of that name is there already: what comes gets another name, and what is there stays. */
  readonly taken: boolean;
}

/** What an import would bring. */
export async function arrivals(sandbox: string, found: Exported): Promise<readonly Arrival[]> {
  const all: Arrival[] = [];
  for (const [part, folder] of Object.entries(PARTS)) {
    const given = (found[part] ?? []) as readonly { name: string }[];
    if (given.length === 0) continue;
    const there = new Set((await get<{ name: string }[]>(`/api/${folder}`, sandbox)).map((each) => each.name));
    all.push(...given.map(({ name }) => ({ folder, name, taken: there.has(name) })));
  }
  return all;
}

export interface Made {
  type: string;
  name: string;
  from: string;
}

/** Makes a draft, and what it uses, of a file. */
export function useImport() {
  const sandbox = useSandbox();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (found: Exported) =>
      (await ask<{ created: Made[] }>("POST", "/authoring/journeyVersions/import", { sandbox, body: found })).body
        .created,
    onSuccess: () => queries.invalidateQueries(),
  });
}

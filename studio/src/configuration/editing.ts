/** One document while somebody looks at it or changes it: its draft, what the server finds in it, and how it is saved. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ask } from "../api/client";
import type { Folder } from "../api/documents";
import { ApiError, ConnectionError } from "../api/errors";
import type { Finding } from "../api/types";
import { useRested } from "../components/list";
import { useConnectionLost } from "../frame/connection";
import { useLanguage } from "../frame/preferences";
import { useMay, useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import { same, trimmed } from "./documents";
import { type Draft, draftKey, draftOf, keepDraft } from "./drafts";
import { isUnfilled } from "./form";
import { words } from "./words";

export interface Named {
  readonly name: string;
}

/** Why a document is not saved: somebody else has changed it, the server is not there, or it says no. */
export interface Trouble {
  kind: "changed" | "lost" | "refused";
  message: string;
}

export interface Editing<D extends Named> {
  readonly folder: Folder;
  readonly document: D;
  /** As it was read, or saved last. */
  readonly saved: D;
  readonly isNew: boolean;
  readonly dirty: boolean;
  readonly readOnly: boolean;
  readonly findings: readonly Finding[];
  readonly trouble: Trouble | undefined;
  readonly saving: boolean;
  /** Changes fields; those that become undefined are left out. */
  readonly change: (change: Partial<D>) => void;
  readonly replace: (document: D) => void;
  /** `over` writes over what somebody else has changed meanwhile. Whether it is saved. */
  readonly save: (over?: boolean) => Promise<boolean>;
  readonly discard: () => void;
}

export const documentPath = (folder: Folder, name: string) => `/api/${folder}/${encodeURIComponent(name)}`;

/** A document as it was read, to be edited. */
export function useOpenedDocument<D extends Named>(folder: Folder, name: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: [folder, sandbox, "opened", name],
    queryFn: async ({ signal }): Promise<Draft<D>> => {
      const { body, etag } = await ask<D>("GET", documentPath(folder, name), { sandbox, signal });
      return { document: body, tag: etag };
    },
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
}

interface Options<D> {
  folder: Folder;
  opened: Draft<D>;
  /** The names that are taken, to make a new one under another. */
  taken: readonly string[];
  /** Told of each save, also of one that had waited for the connection. */
  onSaved: (document: D) => void;
}

/** Edits what was opened; a new document has no tag. */
export function useEditing<D extends Named>(options: Options<D>): Editing<D> {
  const say = useSay(words);
  const { folder, opened, taken } = options;
  const sandbox = useSandbox();
  const language = useLanguage();
  const queries = useQueryClient();
  const lost = useConnectionLost();
  const readOnly = !useMay("manage-configuration");
  const isNew = opened.tag === null;
  const key = draftKey(sandbox, folder, isNew ? "" : opened.document.name);
  const [base, setBase] = useState(opened);
  const [draft, setDraft] = useState<Draft<D>>(() => draftOf<D>(key) ?? opened);
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [saving, setSaving] = useState(false);
  const [tried, setTried] = useState(false);
  const wanted = useRef(false);
  const seen = useRef(new Set([opened.tag]));
  const { document } = draft;
  const dirty = !same(document, base.document);

  // What somebody else has saved shows as it comes, unless there is something to lose.
  if (opened.tag !== base.tag && !isNew && !dirty && !saving && !seen.current.has(opened.tag)) {
    setBase(opened);
    setDraft(opened);
  }

  const hold = (next: Draft<D>) => {
    setDraft(next);
    keepDraft(key, same(next.document, base.document) ? undefined : next);
  };

  // What the server would say is asked for as one writes: of a new document only once it was to be saved.
  const rested = useRested(document, 400);
  const watched = !readOnly && dirty && (!isNew || tried);
  useEffect(() => {
    if (!watched) return;
    const stop = new AbortController();
    const path = `/api/apply?dryRun=true&lang=${language}`;
    ask<{ findings: Finding[] }>("POST", path, { sandbox, body: { [folder]: [rested] }, signal: stop.signal }).then(
      ({ body }) => setFindings(body.findings),
      () => undefined, // saving says it
    );
    return () => stop.abort();
  }, [rested, watched, folder, sandbox, language]);

  const save = async (over = false): Promise<boolean> => {
    setTried(true);
    setTrouble(undefined);
    if (isNew && taken.includes(document.name)) {
      setFindings([{ ...BLANK, field: "name", message: say("nameTaken") }]);
      return false;
    }
    setSaving(true);
    wanted.current = false;
    try {
      // A document without a name has no address to be written to: the whole project's takes it, and says so.
      const [method, path, body] = document.name
        ? (["PUT", documentPath(folder, document.name), document] as const)
        : (["POST", "/api/apply", { [folder]: [document] }] as const);
      const asked = { sandbox, body, ifMatch: over || isNew ? undefined : (draft.tag ?? undefined) };
      const answer = await ask<{ findings: Finding[] }>(method, path, asked);
      const written = (await ask<D>("GET", documentPath(folder, document.name), { sandbox })).body;
      setFindings(answer.body.findings);
      const next = { document: written, tag: answer.etag };
      seen.current.add(base.tag).add(next.tag);
      setBase(next);
      setDraft(next);
      keepDraft(key, undefined);
      void queries.invalidateQueries();
      options.onSaved(written);
      return true;
    } catch (error) {
      if (error instanceof ConnectionError) {
        wanted.current = true;
        setTrouble({ kind: "lost", message: error.message });
      } else if (error instanceof ApiError && error.status === 412) {
        setTrouble({ kind: "changed", message: error.message });
      } else if (error instanceof ApiError) {
        const found = error.findings.filter((each) => each.severity === "error");
        setFindings(error.findings.length ? error.findings : atField(error));
        setTrouble({ kind: "refused", message: found.length ? "" : error.message });
      } else throw error;
      return false;
    } finally {
      setSaving(false);
    }
  };

  // What was to be saved when the connection was lost is saved when it is back.
  const again = useRef(save);
  again.current = save;
  useEffect(() => {
    const retry = () => void (wanted.current && again.current());
    if (!lost) retry();
    window.addEventListener("online", retry);
    return () => window.removeEventListener("online", retry);
  }, [lost]);

  return {
    folder,
    document,
    saved: base.document,
    isNew,
    dirty,
    readOnly,
    findings: findings.map((each) => {
      if (each.field === "name" && !document.name) return { ...each, message: say("nameMissing") };
      if (each.field === "name" && each.code === "ERR_FIELD_PATTERN")
        return { ...each, message: say("nameBad"), hint: null };
      return isUnfilled(each) ? { ...each, message: say("fillIn"), hint: null } : each;
    }),
    trouble,
    saving,
    change: (change) => hold({ ...draft, document: trimmed({ ...document, ...change }) }),
    replace: (next) => hold({ ...draft, document: next }),
    save,
    discard: () => {
      setDraft(base);
      setFindings([]);
      setTrouble(undefined);
      setTried(false);
      keepDraft(key, undefined);
      if (trouble?.kind === "changed") void queries.invalidateQueries({ queryKey: [folder, sandbox] });
    },
  };
}

const BLANK: Finding = {
  code: "",
  severity: "error",
  kind: "",
  name: "",
  activity: null,
  field: "",
  message: "",
  hint: null,
};

function atField(error: ApiError): readonly Finding[] {
  return error.field ? [{ ...BLANK, code: error.problem.code, field: error.field, message: error.message }] : [];
}

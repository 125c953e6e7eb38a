/** Users, product profiles, tokens, sandboxes, the audit log, quarantine: what administrators look after. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ask, get } from "./client";
import type { Permission } from "./types";

export interface User {
  name: string;
  email: string | null;
  profiles: readonly string[];
  disabled: boolean;
  hasPassword: boolean;
  singleSignOn: boolean;
  signedInAt: number | null;
  createdAt: number;
}

export interface ProductProfile {
  name: string;
  description: string;
  builtIn: boolean;
  grants: Readonly<Record<string, readonly Permission[]>>;
}

export interface Token {
  id: number;
  name: string;
  user: string;
  permissions: readonly Permission[];
  /** Null: everywhere. */
  sandboxes: readonly string[] | null;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

export interface Audited {
  id: string;
  at: number;
  actor: string;
  actorKind: string;
  action: string;
  sandbox: string | null;
  name: string;
  before: unknown;
  after: unknown;
}

export interface Aside {
  id: number;
  sandbox: string;
  journey: string | null;
  person: string;
  at: number;
  kind: string;
  payload: string;
  reason: string;
}

const path = (...parts: string[]) => `/api/access/${parts.map(encodeURIComponent).join("/")}`;

export function useUsers(enabled = true) {
  return useQuery({ queryKey: ["users"], queryFn: () => get<User[]>(path("users")), enabled });
}

export const addUser = async (body: { name: string; email: string | null; profiles: readonly string[] }) =>
  (await ask<User>("POST", path("users"), { body })).body;

export const changeUser = async ({ name, ...body }: Pick<User, "name"> & Partial<User>) =>
  (await ask<User>("PATCH", path("users", name), { body })).body;

export const deleteUser = (name: string) => ask("DELETE", path("users", name));

/** A link that signs somebody in once, within a day. */
export const linkOf = async (name: string) =>
  (await ask<{ url: string }>("POST", path("users", name, "link"))).body.url;

export function useProductProfiles(enabled = true) {
  return useQuery({
    queryKey: ["product-profiles"],
    queryFn: () => get<ProductProfile[]>(path("product-profiles")),
    enabled,
  });
}

export const putProductProfile = ({ name, description, grants }: ProductProfile) =>
  ask("PUT", path("product-profiles", name), { body: { description, grants } });

export const deleteProductProfile = (name: string) => ask("DELETE", path("product-profiles", name));

export function useTokens() {
  return useQuery({ queryKey: ["tokens"], queryFn: () => get<Token[]>(path("tokens")) });
}

export interface NewToken {
  name: string;
  permissions: readonly Permission[];
  sandboxes: readonly string[] | null;
  expiresInDays: number;
  user?: string;
}

export const addToken = async (body: NewToken) =>
  (await ask<Token & { token: string }>("POST", path("tokens"), { body })).body;

export const deleteToken = (id: number) => ask("DELETE", path("tokens", String(id)));

interface Changes {
  entries: readonly Audited[];
  next: string | null;
}

/** Changes, the newest first; `filters` as the server takes them. */
export function useAudit(filters: string) {
  return useInfiniteQuery({
    queryKey: ["audit", filters],
    queryFn: ({ pageParam, signal }) =>
      get<Changes>(`/api/audit?order=newest&limit=50&after=${pageParam}&${filters}`, undefined, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

/** One change by its id, wherever it stands in the log: the newest that is not behind it. */
export function useAudited(id: string | undefined) {
  return useQuery({
    queryKey: ["audit", "one", id],
    queryFn: async () => {
      const { entries } = await get<Changes>(`/api/audit?order=newest&limit=1&after=${encodeURIComponent(`${id}~`)}`);
      return entries.find((each) => each.id === id) ?? null;
    },
    enabled: id !== undefined,
  });
}

const ASIDE_PAGE = 200;

/** What was set aside and fits the filters, the longest there first, a page at a time. */
export function useQuarantine(filters: string) {
  return useInfiniteQuery({
    queryKey: ["quarantine", filters],
    queryFn: ({ pageParam, signal }) =>
      get<Aside[]>(`/api/quarantine?limit=${ASIDE_PAGE}&after=${pageParam}&${filters}`, undefined, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === ASIDE_PAGE ? last.at(-1)?.id : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
}

/** One thing that was set aside; null where it is no more. */
export function useAside(id: string | undefined) {
  return useQuery({
    queryKey: ["quarantine", "one", id],
    queryFn: async () => {
      const [found] = await get<Aside[]>(`/api/quarantine?limit=1&after=${Number(id) - 1}`);
      return found && String(found.id) === id ? found : null;
    },
    enabled: /^[1-9]\d*$/.test(id ?? ""),
    refetchInterval: 5_000,
  });
}

export const settle = ({ items, verb }: { items: readonly number[]; verb: "retry" | "drop" }) =>
  ask("POST", `/api/quarantine/${verb}`, { body: { items } });

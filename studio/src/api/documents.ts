import { useQuery } from "@tanstack/react-query";
import { useSandbox } from "../frame/session";
import { get } from "./client";

/** The kinds of configuration documents, by the folder that they have in a project. */
export const KINDS = {
  namespaces: "namespace",
  datatypes: "datatype",
  fieldgroups: "fieldgroup",
  classes: "class",
  schemas: "schema",
  datasets: "dataset",
  segments: "segment",
  events: "event",
  sources: "source",
  actions: "action",
  channels: "channel",
  rulesets: "ruleset",
} as const;

export type Folder = keyof typeof KINDS;
export type Kind = (typeof KINDS)[Folder];

/** All documents of a kind, once they are wanted. */
export function useDocuments<T>(folder: Folder, enabled = true) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: [folder, sandbox],
    queryFn: ({ signal }) => get<T[]>(`/api/${folder}`, sandbox, signal),
    enabled,
  });
}

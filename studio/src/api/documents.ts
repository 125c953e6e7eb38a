import { useQuery } from "@tanstack/react-query";
import { useSandbox } from "../frame/session";
import { get } from "./client";

/** The kinds of configuration documents, by the folder that they have in a project. */
export type Folder =
  | "namespaces"
  | "datatypes"
  | "fieldgroups"
  | "classes"
  | "schemas"
  | "datasets"
  | "segments"
  | "events"
  | "sources"
  | "actions"
  | "channels"
  | "rulesets";

/** All documents of a kind, once they are wanted. */
export function useDocuments<T>(folder: Folder, enabled = true) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: [folder, sandbox],
    queryFn: ({ signal }) => get<T[]>(`/api/${folder}`, sandbox, signal),
    enabled,
  });
}

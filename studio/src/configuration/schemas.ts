import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { useLanguage } from "../frame/preferences";
import { useSandbox } from "../frame/session";
import type { SchemaNode } from "./fields";

/** All fields of a schema, of whatever they come: titles in the reader's language. */
export function useSchemaFields(name: string | undefined) {
  const sandbox = useSandbox();
  const language = useLanguage();
  return useQuery({
    queryKey: ["schema-fields", sandbox, name, language],
    queryFn: () => get<SchemaNode>(`/api/schemas/${encodeURIComponent(name ?? "")}/fields`, sandbox),
    enabled: Boolean(name),
  });
}

import { useQuery } from "@tanstack/react-query";
import { useContext } from "react";
import { get } from "../../../api/client";
import { useSandbox } from "../../../frame/session";
import { Pane } from "./context";
import { SuggestField } from "./SuggestField";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  value: string;
  onChange: (value: string | undefined) => void;
}

/** A field of the profiles in the dataset that the activity writes to. */
export function ProfileField({ onChange, ...rest }: Props) {
  const { dataset } = useContext(Pane);
  const sandbox = useSandbox();
  const fields = useQuery({
    queryKey: ["dataset-fields", sandbox, dataset],
    queryFn: () =>
      get<{ fields: Record<string, string> }>(`/api/datasets/${encodeURIComponent(dataset ?? "")}/fields`, sandbox),
    enabled: Boolean(dataset),
    retry: false,
  }).data?.fields;
  const suggestions = Object.entries(fields ?? {}).map(([id, label]) => ({ id, label }));
  return <SuggestField {...rest} suggestions={suggestions} onChange={(field) => onChange(field || undefined)} />;
}

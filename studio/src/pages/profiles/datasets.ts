import { useDocuments } from "../../api/documents";

interface Dataset {
  name: string;
  schema: string;
  profile?: boolean;
}

/** The datasets that profiles are made of: those of attributes first, then those of events. */
export function useDatasets(): { attributes: readonly Dataset[]; events: readonly Dataset[] } {
  const datasets = (useDocuments<Dataset>("datasets").data ?? []).filter((each) => each.profile);
  const schemas = useDocuments<{ name: string; base?: string; class?: string }>("schemas").data ?? [];
  const isProfile = ({ schema }: Dataset) => {
    const found = schemas.find((each) => each.name === schema);
    return found?.base === "profile" || found?.class === "profile";
  };
  return { attributes: datasets.filter(isProfile), events: datasets.filter((each) => !isProfile(each)) };
}

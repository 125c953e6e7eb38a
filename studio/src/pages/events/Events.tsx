import { Zap } from "lucide-react";
import { useDocuments } from "../../api/documents";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import { Details } from "../../components/Details";
import { PropertyList } from "../../components/PropertyList";
import type { Column } from "../../components/Table";
import { useSay } from "../../messages/use";
import { words } from "./words";

interface EventDocument {
  name: string;
  description?: string;
  schema: string;
  type?: "rule" | "system";
  about?: "person" | "business";
  namespace?: string | null;
}

const PATH = "/configuration/events";

/** The events that journeys listen to. */
export default function Events() {
  const say = useSay(words);
  const query = useDocuments<EventDocument>("events");
  const opened = useOpened(PATH);
  const shown = query.data?.find((each) => each.name === opened.name);
  const type = (row: EventDocument) => say(row.about === "business" ? "business" : (row.type ?? "rule"));
  const columns: Column<EventDocument>[] = [
    { id: "type", label: say("type"), sort: type, cell: type },
    { id: "schema", label: say("schema"), sort: (row) => row.schema, cell: (row) => row.schema },
    {
      id: "namespace",
      label: say("namespace"),
      sort: (row) => row.namespace ?? null,
      cell: (row) => row.namespace ?? "-",
    },
    { id: "description", label: say("description"), cell: (row) => row.description || "-" },
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      title={say("title")}
      lead={say("lead")}
      icon={Zap}
      create={undefined}
      empty={{ title: say("emptyTitle"), text: say("emptyText") }}
      query={query}
      rowId={(row) => row.name}
      text={(row) => `${row.schema} ${row.description ?? ""}`}
      nameLabel={say("name")}
      columns={columns}
    >
      {shown && (
        <Details kind={say("event")} title={shown.name} onClose={opened.close}>
          <PropertyList
            items={[
              [say("description"), shown.description],
              [say("type"), type(shown)],
              [say("schema"), shown.schema],
              [say("namespace"), shown.namespace],
            ]}
          />
        </Details>
      )}
    </CatalogPage>
  );
}

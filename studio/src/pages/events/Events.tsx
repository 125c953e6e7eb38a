import { Zap } from "lucide-react";
import { useDocuments } from "../../api/documents";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import type { Column } from "../../components/Table";
import { DocumentPanel } from "../../configuration/DocumentPanel";
import { useStateColumns, useUnsavedMark } from "../../configuration/states";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { called, type EventDocument } from "./document";
import { EventForm } from "./EventForm";
import { PayloadView } from "./PayloadView";
import { TestEvent } from "./TestEvent";
import { words } from "./words";

const PATH = "/configuration/events";
const BLANK: EventDocument = { name: "", schema: "", type: "rule" };

/** The events that journeys listen to. */
export default function Events() {
  const say = useSay(words);
  const query = useDocuments<EventDocument>("events");
  const opened = useOpened(PATH);
  const mayManage = useMay("manage-configuration");
  const states = useStateColumns<EventDocument>("event");
  const unsaved = useUnsavedMark("events");
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
    { id: "description", label: say("description"), cell: (row) => row.description || "-", extra: true },
    ...states,
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      title={say("title")}
      lead={say("lead")}
      icon={Zap}
      create={mayManage ? say("create") : undefined}
      empty={{ title: say("emptyTitle"), text: say("emptyText") }}
      query={query}
      rowId={(row) => row.name}
      mark={unsaved}
      text={(row) => `${row.schema} ${row.namespace ?? ""} ${row.description ?? ""}`}
      nameLabel={say("name")}
      columns={columns}
    >
      <DocumentPanel<EventDocument>
        folder="events"
        kind={say("event")}
        newTitle={say("newTitle")}
        opened={opened}
        blank={BLANK}
        taken={(query.data ?? []).map((each) => each.name)}
        called={called}
        form={(editing) => <EventForm editing={editing} />}
        views={(editing) => [
          { id: "payload", label: say("payload"), content: <PayloadView editing={editing} /> },
          ...(mayManage ? [{ id: "test", label: say("test"), content: <TestEvent editing={editing} /> }] : []),
        ]}
      />
    </CatalogPage>
  );
}

import { Zap } from "lucide-react";
import { DocumentPage } from "../../configuration/DocumentPage";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { called, type EventDocument } from "./document";
import { EventForm } from "./EventForm";
import { PayloadView } from "./PayloadView";
import { TestEvent } from "./TestEvent";
import { words } from "./words";

const BLANK: EventDocument = { name: "", schema: "", type: "rule" };

/** The events that journeys listen to. */
export default function Events() {
  const say = useSay(words);
  const mayManage = useMay("manage-configuration");
  const type = (row: EventDocument) => say(row.about === "business" ? "business" : (row.type ?? "rule"));
  return (
    <DocumentPage<EventDocument>
      path="/configuration/events"
      folder="events"
      words={words}
      icon={Zap}
      blank={BLANK}
      columns={[
        { id: "type", label: say("type"), sort: type, cell: type },
        { id: "schema", label: say("schema"), sort: (row) => row.schema, cell: (row) => row.schema },
        {
          id: "namespace",
          label: say("namespace"),
          sort: (row) => row.namespace ?? null,
          cell: (row) => row.namespace ?? "-",
        },
      ]}
      text={(row) => `${row.schema} ${row.namespace ?? ""}`}
      called={called}
      form={(editing) => <EventForm editing={editing} />}
      views={(editing) => [
        { id: "payload", label: say("payload"), content: <PayloadView editing={editing} /> },
        ...(mayManage ? [{ id: "test", label: say("test"), content: <TestEvent editing={editing} /> }] : []),
      ]}
    />
  );
}

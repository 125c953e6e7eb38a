import { FileUp, Send } from "lucide-react";
import { useState } from "react";
import { useDocuments } from "../../api/documents";
import { Button } from "../../components/Button";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import type { Column } from "../../components/Table";
import { DocumentPanel } from "../../configuration/DocumentPanel";
import { usePropose } from "../../configuration/drafts";
import { documentPath } from "../../configuration/editing";
import { useStateColumns, useUnsavedMark } from "../../configuration/states";
import { TestCall } from "../../configuration/TestCall";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { ActionForm } from "./ActionForm";
import { type ActionDocument, parametersOf, testBody } from "./document";
import { ProposeDialog } from "./ProposeDialog";
import { words } from "./words";

const PATH = "/configuration/actions";
const BLANK: ActionDocument = { name: "", url: "", method: "POST" };

/** The calls that journeys make. */
export default function Actions() {
  const say = useSay(words);
  const query = useDocuments<ActionDocument>("actions");
  const opened = useOpened(PATH);
  const mayManage = useMay("manage-configuration");
  const states = useStateColumns<ActionDocument>("action");
  const unsaved = useUnsavedMark("actions");
  const [proposing, setProposing] = useState(false);
  const propose = usePropose("actions", opened);
  const method = (row: ActionDocument) => row.method ?? "POST";
  const columns: Column<ActionDocument>[] = [
    { id: "method", label: say("method"), sort: method, cell: method },
    { id: "url", label: say("url"), sort: (row) => row.url, cell: (row) => row.url },
    { id: "description", label: say("description"), cell: (row) => row.description || "-", extra: true },
    ...states,
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      title={say("title")}
      lead={say("lead")}
      icon={Send}
      create={mayManage ? say("create") : undefined}
      empty={{ title: say("emptyTitle"), text: say("emptyText") }}
      query={query}
      rowId={(row) => row.name}
      mark={unsaved}
      text={(row) => `${row.url} ${row.description ?? ""}`}
      nameLabel={say("name")}
      columns={columns}
      commands={
        mayManage && (
          <Button icon={FileUp} onPress={() => setProposing(true)}>
            {say("propose")}
          </Button>
        )
      }
    >
      <DocumentPanel<ActionDocument>
        folder="actions"
        kind={say("action")}
        newTitle={say("newTitle")}
        opened={opened}
        blank={BLANK}
        taken={(query.data ?? []).map((each) => each.name)}
        form={(editing) => <ActionForm editing={editing} />}
        views={({ document, dirty }) =>
          mayManage
            ? [
                {
                  id: "test",
                  label: say("test"),
                  content: (
                    <TestCall
                      path={`${documentPath("actions", document.name)}/test`}
                      dirty={dirty}
                      parameters={parametersOf(document)}
                      body={testBody}
                    />
                  ),
                },
              ]
            : []
        }
      />
      {proposing && (
        <ProposeDialog
          onClose={() => setProposing(false)}
          onPropose={(action) => {
            setProposing(false);
            propose(action);
          }}
        />
      )}
    </CatalogPage>
  );
}

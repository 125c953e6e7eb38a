import { FileUp, Send } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/Button";
import { useOpened } from "../../components/CatalogPage";
import { DocumentPage } from "../../configuration/DocumentPage";
import { usePropose } from "../../configuration/drafts";
import { documentPath } from "../../configuration/editing";
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
  const mayManage = useMay("manage-configuration");
  const [proposing, setProposing] = useState(false);
  const propose = usePropose("actions", useOpened(PATH));
  const method = (row: ActionDocument) => row.method ?? "POST";
  return (
    <DocumentPage<ActionDocument>
      path={PATH}
      folder="actions"
      words={words}
      icon={Send}
      blank={BLANK}
      columns={[
        { id: "method", label: say("method"), sort: method, cell: method },
        { id: "url", label: say("url"), sort: (row) => row.url, cell: (row) => row.url },
      ]}
      text={(row) => row.url}
      commands={
        mayManage && (
          <Button icon={FileUp} onPress={() => setProposing(true)}>
            {say("propose")}
          </Button>
        )
      }
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
    >
      {proposing && (
        <ProposeDialog
          onClose={() => setProposing(false)}
          onPropose={(action) => {
            setProposing(false);
            propose(action);
          }}
        />
      )}
    </DocumentPage>
  );
}

import { FileUp, Group } from "lucide-react";
import { useState } from "react";
import { useDocuments } from "../../api/documents";
import { Button } from "../../components/Button";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import type { Column } from "../../components/Table";
import { DocumentPanel } from "../../configuration/DocumentPanel";
import { usePropose } from "../../configuration/drafts";
import { isObject } from "../../configuration/example";
import { PasteExample } from "../../configuration/PasteExample";
import { useStateColumns, useUnsavedMark } from "../../configuration/states";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { imported, type Resource } from "../schemas/document";
import { pathsOf, read, titleIn } from "../schemas/ownFields";
import { ResourceForm } from "../schemas/SchemaForm";
import { Switch } from "../schemas/Switch";
import { words } from "../schemas/words";

const PATH = "/configuration/fieldgroups";
const BLANK: Resource = { name: "" };

/** Fields that belong together, for schemas to take in. */
export default function FieldGroups() {
  const say = useSay(words);
  const language = useLanguage();
  const query = useDocuments<Resource>("fieldgroups");
  const opened = useOpened(PATH);
  const mayManage = useMay("manage-configuration");
  const states = useStateColumns<Resource>("fieldgroup");
  const unsaved = useUnsavedMark("fieldgroups");
  const [importing, setImporting] = useState(false);
  const propose = usePropose("fieldgroups", opened);
  const title = (row: Resource) => titleIn(row.title, language) || titleIn(row.title, "en");
  const count = (row: Resource) => (row.definition ? null : pathsOf(read(row.fields ?? {})).length);
  const columns: Column<Resource>[] = [
    { id: "title", label: say("title"), sort: title, cell: (row) => title(row) || "-" },
    { id: "fields", label: say("fieldsOf"), numeric: true, sort: count, cell: (row) => count(row) ?? "-" },
    ...states,
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      title={say("groups")}
      lead={say("groupsLead")}
      icon={Group}
      create={mayManage ? say("createGroup") : undefined}
      empty={{ title: say("emptyGroup"), text: say("emptyGroupText") }}
      query={query}
      rowId={(row) => row.name}
      mark={unsaved}
      text={(row) => `${title(row)} ${row.description ?? ""}`}
      nameLabel={say("name")}
      columns={columns}
      commands={
        <>
          <Switch />
          {mayManage && (
            <Button icon={FileUp} onPress={() => setImporting(true)}>
              {say("importJson")}
            </Button>
          )}
        </>
      }
    >
      <DocumentPanel<Resource>
        folder="fieldgroups"
        kind={say("group")}
        newTitle={say("newGroup")}
        opened={opened}
        blank={BLANK}
        taken={(query.data ?? []).map((each) => each.name)}
        longName
        form={(editing) => <ResourceForm editing={editing} />}
      />
      {importing && (
        <PasteExample
          title={say("importJson")}
          help={say("definitionHelp")}
          value={undefined}
          object
          onClose={() => setImporting(false)}
          onTake={(value) => {
            if (!isObject(value)) return;
            setImporting(false);
            propose(imported(value));
          }}
        />
      )}
    </CatalogPage>
  );
}

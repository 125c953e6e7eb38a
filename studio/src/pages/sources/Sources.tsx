import { Link } from "@tanstack/react-router";
import { Database } from "lucide-react";
import { useDocuments } from "../../api/documents";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import { FormSection } from "../../components/FormSection";
import type { Column } from "../../components/Table";
import { DocumentPanel } from "../../configuration/DocumentPanel";
import { useStateColumns, useUnsavedMark } from "../../configuration/states";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { BUILT_IN, kindOf, type SourceDocument } from "./document";
import { SourceForm } from "./SourceForm";
import { TestSource } from "./TestSource";
import { words } from "./words";

const PATH = "/configuration/sources";
const BLANK: SourceDocument = { name: "", url: "" };

/** The systems that journeys ask. */
export default function Sources() {
  const say = useSay(words);
  const query = useDocuments<SourceDocument>("sources");
  const opened = useOpened(PATH);
  const mayManage = useMay("manage-configuration");
  const states = useStateColumns<SourceDocument>("source");
  const unsaved = useUnsavedMark("sources");
  const names = (query.data ?? []).map((each) => each.name);
  const kind = (row: SourceDocument) => say(kindOf(row));
  const address = (row: SourceDocument) => row.url ?? row.database ?? "";
  const columns: Column<SourceDocument>[] = [
    { id: "kind", label: say("kind"), sort: kind, cell: kind },
    { id: "address", label: say("address"), sort: address, cell: (row) => address(row) || "-" },
    {
      id: "groups",
      label: say("groupCount"),
      numeric: true,
      sort: (row) => Object.keys(row.fieldGroups ?? {}).length,
      cell: (row) => Object.keys(row.fieldGroups ?? {}).length,
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
      icon={Database}
      create={mayManage ? say("create") : undefined}
      empty={{ title: say("emptyTitle"), text: say("emptyText") }}
      query={query}
      rowId={(row) => row.name}
      mark={unsaved}
      text={(row) => `${address(row)} ${row.description ?? ""} ${Object.keys(row.fieldGroups ?? {}).join(" ")}`}
      nameLabel={say("name")}
      columns={columns}
    >
      <DocumentPanel<SourceDocument>
        folder="sources"
        kind={say("source")}
        newTitle={say("newTitle")}
        opened={opened}
        blank={BLANK}
        taken={names}
        fixedName={opened.name === BUILT_IN}
        form={(editing) => (
          <>
            <SourceForm
              editing={editing}
              kinds={names.includes(BUILT_IN) ? ["http", "sql"] : ["http", "sql", "platform"]}
            />
            {kindOf(editing.document) === "http" && (
              <FormSection title={say("limits")}>
                <p className="soft">
                  {say("limitsText")}{" "}
                  <Link to="/configuration/limits" search={({ sandbox }) => ({ sandbox })}>
                    {say("toLimits")}
                  </Link>
                </p>
              </FormSection>
            )}
          </>
        )}
        views={(editing) =>
          mayManage && kindOf(editing.document) !== "platform"
            ? [{ id: "test", label: say("test"), content: <TestSource editing={editing} /> }]
            : []
        }
      />
    </CatalogPage>
  );
}

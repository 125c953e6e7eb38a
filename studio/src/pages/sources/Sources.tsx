import { Link } from "@tanstack/react-router";
import { Database } from "lucide-react";
import { useDocuments } from "../../api/documents";
import { useOpened } from "../../components/CatalogPage";
import { FormSection } from "../../components/FormSection";
import { DocumentPage } from "../../configuration/DocumentPage";
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
  const mayManage = useMay("manage-configuration");
  const { name } = useOpened(PATH);
  const hasBuiltIn = useDocuments<SourceDocument>("sources").data?.some((each) => each.name === BUILT_IN);
  const kind = (row: SourceDocument) => say(kindOf(row));
  const address = (row: SourceDocument) => row.url ?? row.database ?? "";
  const groups = (row: SourceDocument) => Object.keys(row.fieldGroups ?? {});
  return (
    <DocumentPage<SourceDocument>
      path={PATH}
      folder="sources"
      words={words}
      icon={Database}
      blank={BLANK}
      columns={[
        { id: "kind", label: say("kind"), sort: kind, cell: kind },
        { id: "address", label: say("address"), sort: address, cell: (row) => address(row) || "-" },
        {
          id: "groups",
          label: say("groupCount"),
          numeric: true,
          sort: (row) => groups(row).length,
          cell: (row) => groups(row).length,
        },
      ]}
      text={(row) => `${address(row)} ${groups(row).join(" ")}`}
      fixedName={name === BUILT_IN}
      form={(editing) => (
        <>
          <SourceForm editing={editing} kinds={hasBuiltIn ? ["http", "sql"] : ["http", "sql", "platform"]} />
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
  );
}

import { Braces, FileUp, Sparkles } from "lucide-react";
import { useState } from "react";
import { useDocuments } from "../../api/documents";
import { Button } from "../../components/Button";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import type { Column } from "../../components/Table";
import { DocumentPanel } from "../../configuration/DocumentPanel";
import { usePropose } from "../../configuration/drafts";
import type { Editing } from "../../configuration/editing";
import { isObject } from "../../configuration/example";
import { FieldTree } from "../../configuration/FieldTree";
import { inside, type SchemaNode } from "../../configuration/fields";
import { PasteExample } from "../../configuration/PasteExample";
import { useSchemaFields } from "../../configuration/schemas";
import { useStateColumns, useUnsavedMark } from "../../configuration/states";
import { words as common } from "../../configuration/words";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { imported, type SchemaDocument } from "./document";
import { pathsOf, read, titleIn } from "./ownFields";
import { FromSample } from "./Proposals";
import { SchemaForm } from "./SchemaForm";
import { Switch } from "./Switch";
import { words } from "./words";

const PATH = "/configuration/schemas";
const BLANK: SchemaDocument = { name: "", base: "experienceevent", fieldGroups: ["orchestration-eventid"] };

/** What records look like. */
export default function Schemas() {
  const say = useSay(words);
  const language = useLanguage();
  const query = useDocuments<SchemaDocument>("schemas");
  const opened = useOpened(PATH);
  const mayManage = useMay("manage-configuration");
  const states = useStateColumns<SchemaDocument>("schema");
  const unsaved = useUnsavedMark("schemas");
  const [asked, setAsked] = useState<"sample" | "import" | undefined>();
  const propose = usePropose("schemas", opened);
  const title = (row: SchemaDocument) => titleIn(row.title, language) || titleIn(row.title, "en");
  const base = (row: SchemaDocument) => row.base ?? "experienceevent";
  const take = (document: SchemaDocument) => {
    setAsked(undefined);
    propose(document);
  };
  const columns: Column<SchemaDocument>[] = [
    { id: "title", label: say("title"), sort: title, cell: (row) => title(row) || "-" },
    { id: "base", label: say("base"), sort: base, cell: base },
    { id: "profile", label: say("profile"), cell: (row) => (row.profile ? "✓" : "-") },
    ...states,
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      title={say("schemas")}
      lead={say("schemasLead")}
      icon={Braces}
      create={mayManage ? say("createSchema") : undefined}
      empty={{ title: say("emptySchema"), text: say("emptySchemaText") }}
      query={query}
      rowId={(row) => row.name}
      mark={unsaved}
      text={(row) => `${title(row)} ${row.description ?? ""} ${base(row)}`}
      nameLabel={say("name")}
      columns={columns}
      commands={
        <>
          <Switch />
          {mayManage && (
            <>
              <Button icon={Sparkles} onPress={() => setAsked("sample")}>
                {say("fromSample")}
              </Button>
              <Button icon={FileUp} onPress={() => setAsked("import")}>
                {say("importJson")}
              </Button>
            </>
          )}
        </>
      }
    >
      <DocumentPanel<SchemaDocument>
        folder="schemas"
        kind={say("schema")}
        newTitle={say("newSchema")}
        opened={opened}
        blank={BLANK}
        taken={(query.data ?? []).map((each) => each.name)}
        longName
        form={(editing) => <WithPaths editing={editing} />}
        views={(editing) => [{ id: "tree", label: say("tree"), content: <Tree editing={editing} /> }]}
      />
      {asked === "sample" && <FromSample onClose={() => setAsked(undefined)} onTake={take} />}
      {asked === "import" && (
        <PasteExample
          title={say("importJson")}
          help={say("definitionHelp")}
          value={undefined}
          object
          onClose={() => setAsked(undefined)}
          onTake={(value) => isObject(value) && take({ ...imported(value), base: "record" })}
        />
      )}
    </CatalogPage>
  );
}

/** The form, with the paths that are known: of what is saved, and of what is being written. */
function WithPaths({ editing }: { editing: Editing<SchemaDocument> }) {
  const { document, isNew } = editing;
  const root = useSchemaFields(isNew ? undefined : document.name).data;
  const saved = root ? allPaths(root) : [];
  const paths = [...new Set([...pathsOf(read(document.fields ?? {})), ...saved])];
  return <SchemaForm editing={editing} paths={paths} />;
}

function allPaths(node: SchemaNode, above = ""): readonly string[] {
  return Object.entries(inside(node)).flatMap(([name, child]) => {
    const here = above ? `${above}.${name}` : name;
    return [here, ...allPaths(child, here)];
  });
}

function Tree({ editing }: { editing: Editing<SchemaDocument> }) {
  const say = useSay(words);
  const sayCommon = useSay(common);
  const { document: schema, dirty } = editing;
  const query = useSchemaFields(schema.name);
  const marks = (path: string): readonly string[] => {
    const identity = schema.identities?.[path];
    const relation = schema.relationships?.find((each) => each.field === path);
    return [
      ...(identity ? [`${sayCommon(identity.primary ? "primary" : "identity")} · ${identity.namespace}`] : []),
      ...(relation ? [sayCommon("relation", { schema: relation.schema })] : []),
    ];
  };
  return (
    <>
      <p className="soft">{say("treeHelp")}</p>
      {dirty && <Notice kind="info">{say("saveFirst")}</Notice>}
      <Loaded query={query}>{(root) => <FieldTree label={say("tree")} root={root} marks={marks} />}</Loaded>
    </>
  );
}

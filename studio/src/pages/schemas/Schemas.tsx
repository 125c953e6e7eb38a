import { Braces, Sparkles } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/Button";
import { useOpened } from "../../components/CatalogPage";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { usePropose } from "../../configuration/drafts";
import type { Editing } from "../../configuration/editing";
import { FieldTree } from "../../configuration/FieldTree";
import { inside, type SchemaNode } from "../../configuration/fields";
import { useSchemaFields } from "../../configuration/schemas";
import { words as common } from "../../configuration/words";
import { useSay } from "../../messages/use";
import type { SchemaDocument } from "./document";
import { pathsOf, read } from "./ownFields";
import { FromSample } from "./Proposals";
import { schemas } from "./pageWords";
import { ResourcePage } from "./ResourcePage";
import { SchemaForm } from "./SchemaForm";
import { words } from "./words";

const PATH = "/configuration/schemas";
const BLANK: SchemaDocument = { name: "", base: "experienceevent", fieldGroups: ["orchestration-eventid"] };

/** What records look like. */
export default function Schemas() {
  const say = useSay(words);
  const [sampling, setSampling] = useState(false);
  const propose = usePropose("schemas", useOpened(PATH));
  const base = (row: SchemaDocument) => row.base ?? "experienceevent";
  return (
    <ResourcePage<SchemaDocument>
      path={PATH}
      folder="schemas"
      words={schemas}
      icon={Braces}
      blank={BLANK}
      columns={[
        { id: "base", label: say("base"), sort: base, cell: base },
        { id: "profile", label: say("profile"), cell: (row) => (row.profile ? "✓" : "-") },
      ]}
      begin={{ base: "record" }}
      commands={
        <Button icon={Sparkles} onPress={() => setSampling(true)}>
          {say("fromSample")}
        </Button>
      }
      form={(editing) => <WithPaths editing={editing} />}
      views={(editing) => [{ id: "tree", label: say("tree"), content: <Tree editing={editing} /> }]}
    >
      {sampling && (
        <FromSample
          onClose={() => setSampling(false)}
          onTake={(document) => {
            setSampling(false);
            propose(document);
          }}
        />
      )}
    </ResourcePage>
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

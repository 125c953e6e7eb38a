import { Link } from "@tanstack/react-router";
import { Layers } from "lucide-react";
import { useDocuments } from "../../api/documents";
import { ComboField } from "../../components/ComboField";
import { SwitchField } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { DocumentPage } from "../../configuration/DocumentPage";
import type { Editing } from "../../configuration/editing";
import { useField } from "../../configuration/form";
import { useSay } from "../../messages/use";
import type { SchemaDocument } from "../schemas/document";
import { words } from "./words";

interface Dataset {
  readonly name: string;
  readonly description?: string;
  readonly schema: string;
  readonly profile?: boolean | undefined;
}

const BLANK: Dataset = { name: "", schema: "" };

/** Where records come in. */
export default function Datasets() {
  const say = useSay(words);
  return (
    <DocumentPage<Dataset>
      path="/configuration/datasets"
      folder="datasets"
      words={words}
      icon={Layers}
      blank={BLANK}
      columns={[
        { id: "schema", label: say("schema"), sort: (row) => row.schema, cell: (row) => row.schema },
        {
          id: "profile",
          label: say("profile"),
          sort: (row) => Number(row.profile ?? false),
          cell: (row) => (row.profile ? "✓" : "-"),
        },
      ]}
      text={(row) => row.schema}
      names="long"
      form={(editing) => <DatasetForm editing={editing} />}
    />
  );
}

function DatasetForm({ editing }: { editing: Editing<Dataset> }) {
  const say = useSay(words);
  const { document: dataset, change, readOnly } = editing;
  const schemas = useDocuments<SchemaDocument>("schemas").data ?? [];
  const schema = schemas.find((each) => each.name === dataset.schema);
  return (
    <>
      <ComboField
        label={say("schema")}
        help={say("schemaHelp")}
        value={dataset.schema || null}
        onChange={(chosen) => change({ schema: chosen })}
        options={schemas.map((each) => ({ id: each.name, label: each.name, detail: each.description }))}
        {...useField("schema")}
      />
      <SwitchField
        label={say("profile")}
        help={say("profileHelp")}
        value={dataset.profile ?? false}
        onChange={(on) => change({ profile: on || undefined })}
        isReadOnly={readOnly}
      />
      {dataset.profile && schema && !schema.profile && (
        <Notice
          kind="warning"
          action={
            <Link
              to="/configuration/schemas/$name"
              params={{ name: schema.name }}
              search={({ sandbox }) => ({ sandbox })}
            >
              {say("toSchema")}
            </Link>
          }
        >
          {say("schemaOff", { schema: schema.name })}
        </Notice>
      )}
    </>
  );
}

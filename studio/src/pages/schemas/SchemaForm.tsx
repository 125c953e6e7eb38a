import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { get } from "../../api/client";
import { useDocuments } from "../../api/documents";
import { useNamespaces } from "../../api/profiles";
import { Button, IconButton } from "../../components/Button";
import { CodeBlock } from "../../components/CodeBlock";
import { ComboField } from "../../components/ComboField";
import { SwitchField, TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import type { Editing } from "../../configuration/editing";
import { isObject } from "../../configuration/example";
import { useError, useField } from "../../configuration/form";
import { PairsField } from "../../configuration/PairsField";
import { PasteExample } from "../../configuration/PasteExample";
import { useLanguage } from "../../frame/preferences";
import type { Language } from "../../messages/text";
import { useSay } from "../../messages/use";
import type { Identity, Resource, SchemaDocument } from "./document";
import { FieldsEditor } from "./FieldsEditor";
import { pathsOf, read, titled, titleIn, write } from "./ownFields";
import css from "./Schemas.module.css";
import { words } from "./words";

/** The common classes, field groups and data types, which every sandbox has. */
export function useLibrary() {
  return useQuery({
    queryKey: ["library"],
    queryFn: () => get<Record<"classes" | "fieldgroups" | "datatypes", Resource[]>>("/api/library"),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

function titleOf(resource: Resource, language: Language): string | undefined {
  return titleIn(resource.title, language) || titleIn(resource.title, "en") || undefined;
}

/** What both schemas and field groups have: a title, and fields of their own. */
export function ResourceForm<D extends Resource>({ editing }: { editing: Editing<D> }) {
  const say = useSay(words);
  const { document, change, readOnly } = editing;
  const error = useError("fields");
  const types = [...(useLibrary()?.datatypes ?? []), ...(useDocuments<Resource>("datatypes").data ?? [])];
  const set = (next: Partial<Resource>) => change(next as Partial<D>);
  return (
    <>
      {(["en", "ko"] as const).map((language) => (
        <TextField
          key={language}
          label={say(language === "en" ? "titleEn" : "titleKo")}
          value={titleIn(document.title, language)}
          onChange={(text) => set({ title: titled(document.title, language, text) })}
          isReadOnly={readOnly}
        />
      ))}
      {document.definition ? (
        <Definition editing={editing} />
      ) : (
        <FormSection title={say("own")} help={say("ownHelp")}>
          <FieldsEditor
            fields={read(document.fields ?? {})}
            types={types.map(({ name }) => name)}
            readOnly={readOnly}
            onChange={(fields) => set({ fields: fields.length ? write(fields) : undefined })}
          />
          {error && <p className={css.error}>{error}</p>}
        </FormSection>
      )}
      <Labels editing={editing} />
    </>
  );
}

function Definition<D extends Resource>({ editing }: { editing: Editing<D> }) {
  const say = useSay(words);
  const { document, change, readOnly } = editing;
  const [pasting, setPasting] = useState(false);
  const error = useError("definition");
  return (
    <FormSection
      title={say("definition")}
      help={say("definitionHelp")}
      actions={!readOnly && <Button onPress={() => setPasting(true)}>{say("replaceDefinition")}</Button>}
    >
      <CodeBlock label={say("definition")} text={JSON.stringify(document.definition, null, 2)} rows={16} />
      {error && <p className={css.error}>{error}</p>}
      {pasting && (
        <PasteExample
          title={say("definition")}
          value={document.definition}
          object
          onClose={() => setPasting(false)}
          onTake={(definition) => {
            if (isObject(definition)) change({ definition } as Partial<D>);
            setPasting(false);
          }}
        />
      )}
    </FormSection>
  );
}

function Labels<D extends Resource>({ editing }: { editing: Editing<D> }) {
  const say = useSay(words);
  const { document, change } = editing;
  const { isReadOnly } = useField("labels");
  return (
    <FormSection title={say("labels")} help={say("labelsHelp")}>
      <PairsField<readonly string[]>
        label={say("labels")}
        hideLabel
        nameLabel={say("path")}
        addLabel={say("addLabels")}
        at="labels"
        value={document.labels}
        onChange={(labels) => change({ labels } as unknown as Partial<D>)}
        begin={["C2"]}
        names={pathsOf(read(document.fields ?? {}))}
        row={(labels, put, name) => (
          <TextField
            label={`${say("usage")}: ${name}`}
            hideLabel
            value={labels.join(", ")}
            onChange={(text) => put(text === "" ? [] : text.split(",").map((each) => each.trim()))}
            isReadOnly={isReadOnly}
          />
        )}
      />
    </FormSection>
  );
}

/** A schema: its class and field groups, fields of its own, and what they mean. */
export function SchemaForm({ editing, paths }: { editing: Editing<SchemaDocument>; paths: readonly string[] }) {
  const say = useSay(words);
  const language = useLanguage();
  const { document: schema, change, readOnly } = editing;
  const library = useLibrary();
  const groups = useDocuments<Resource>("fieldgroups").data ?? [];
  const classes = useDocuments<Resource>("classes").data ?? [];
  const groupsError = useError("fieldGroups");
  const options = (own: readonly Resource[], common: readonly Resource[]) => [
    ...own.map((each) => ({ id: each.name, label: each.name, detail: titleOf(each, language) })),
    ...common.map((each) => ({
      id: each.name,
      label: say("common", { name: each.name }),
      detail: titleOf(each, language),
    })),
  ];
  const chosen = schema.fieldGroups ?? [];
  return (
    <>
      <ComboField
        label={say("base")}
        help={say("baseHelp")}
        value={schema.base ?? "experienceevent"}
        onChange={(base) => change({ base })}
        options={options(classes, library?.classes ?? [])}
        {...useField("base")}
      />
      <FormSection title={say("fieldGroups")}>
        {chosen.length > 0 && (
          <ul className={css.chips}>
            {chosen.map((name) => (
              <li key={name} className={css.chip}>
                {name}
                {!readOnly && (
                  <IconButton
                    label={say("removeGroup", { name })}
                    icon={X}
                    onPress={() => change({ fieldGroups: chosen.filter((each) => each !== name) })}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
        {!readOnly && (
          <ComboField
            key={chosen.join()}
            label={say("addGroup")}
            value={null}
            onChange={(name) => change({ fieldGroups: [...chosen, name] })}
            options={options(groups, library?.fieldgroups ?? []).filter(({ id }) => !chosen.includes(id))}
            error={groupsError}
          />
        )}
      </FormSection>
      <ResourceForm editing={editing} />
      <Identities editing={editing} paths={paths} />
      <Relationships editing={editing} paths={paths} />
      <SwitchField
        label={say("profile")}
        help={say("profileHelp")}
        value={schema.profile ?? false}
        onChange={(on) => change({ profile: on || undefined })}
        isReadOnly={readOnly}
      />
    </>
  );
}

interface PartProps {
  editing: Editing<SchemaDocument>;
  paths: readonly string[];
}

function Identities({ editing, paths }: PartProps) {
  const say = useSay(words);
  const { document: schema, change, readOnly } = editing;
  const namespaces = useNamespaces();
  return (
    <FormSection title={say("identities")} help={say("identitiesHelp")}>
      <PairsField<Identity>
        label={say("identities")}
        hideLabel
        nameLabel={say("path")}
        addLabel={say("addIdentity")}
        at="identities"
        value={schema.identities}
        onChange={(identities) => change({ identities })}
        begin={{ namespace: "CRMID", ...(Object.keys(schema.identities ?? {}).length ? {} : { primary: true }) }}
        names={paths}
        row={(identity, put, name) => (
          <div className={css.identity}>
            <ComboField
              label={`${say("namespace")}: ${name}`}
              hideLabel
              free
              value={identity.namespace}
              onChange={(namespace) => put({ ...identity, namespace })}
              options={namespaces.map((id) => ({ id, label: id }))}
              isReadOnly={readOnly}
            />
            <label>
              <input
                type="checkbox"
                aria-label={say("primaryOf", { name })}
                checked={identity.primary ?? false}
                disabled={readOnly}
                onChange={(event) =>
                  put({ namespace: identity.namespace, ...(event.target.checked ? { primary: true } : {}) })
                }
              />
              {say("primary")}
            </label>
          </div>
        )}
      />
    </FormSection>
  );
}

function Relationships({ editing, paths }: PartProps) {
  const say = useSay(words);
  const { document: schema, change, readOnly } = editing;
  const schemas = useDocuments<SchemaDocument>("schemas").data ?? [];
  const given = Object.fromEntries((schema.relationships ?? []).map((each) => [each.field, each.schema]));
  return (
    <FormSection title={say("relationships")} help={say("relationshipsHelp")}>
      <PairsField<string>
        label={say("relationships")}
        hideLabel
        nameLabel={say("path")}
        addLabel={say("addRelationship")}
        at="relationships"
        value={given}
        onChange={(next) =>
          change({
            relationships: next && Object.entries(next).map(([field, target]) => ({ field, schema: target })),
          })
        }
        begin=""
        names={paths}
        row={(target, put, name) => (
          <ComboField
            label={`${say("schema")}: ${name}`}
            hideLabel
            value={target || null}
            onChange={put}
            options={schemas.map((each) => ({ id: each.name, label: each.name, detail: each.description }))}
            isReadOnly={readOnly}
          />
        )}
      />
    </FormSection>
  );
}

import { useState } from "react";
import { useDocuments } from "../../api/documents";
import { ComboField } from "../../components/ComboField";
import { SelectField, SwitchField, TextField } from "../../components/Field";
import { trimmed } from "../../configuration/documents";
import { ExampleField } from "../../configuration/ExampleField";
import { PARAMETERS, readJson, SCALARS } from "../../configuration/example";
import { FieldTree } from "../../configuration/FieldTree";
import { inside } from "../../configuration/fields";
import { useField, useFields } from "../../configuration/form";
import { jsonTrouble } from "../../configuration/jsonTrouble";
import { PairsField } from "../../configuration/PairsField";
import { useSchemaFields } from "../../configuration/schemas";
import { useTypeName } from "../../configuration/typeNames";
import { words as common } from "../../configuration/words";
import { useSay } from "../../messages/use";
import { DurationField } from "../designer/fields/DurationField";
import { type FieldGroup, parametersOf, type SourceKind } from "./document";
import { words } from "./words";

interface Props {
  kind: SourceKind;
  at: string;
  group: FieldGroup;
  onChange: (group: FieldGroup) => void;
}

/** What one call asks, and what its answer looks like. */
export function GroupForm(props: Props) {
  if (props.kind === "platform") return <PlatformGroup {...props} />;
  return <AskedGroup {...props} />;
}

function AskedGroup({ kind, at, group, onChange }: Props) {
  const say = useSay(words);
  const typeName = useTypeName();
  const set = (change: Partial<FieldGroup>) => onChange(trimmed({ ...group, ...change }));
  const field = useFields();
  const { isReadOnly } = field(at);
  return (
    <>
      {kind === "http" && (
        <SelectField
          label={say("method")}
          value={group.method ?? "GET"}
          onChange={(method) => set(method === "GET" ? { method, body: undefined } : { method: "POST" })}
          options={["GET", "POST"].map((id) => ({ id, label: id }))}
          {...field(`${at}.method`)}
        />
      )}
      <PairsField<string>
        label={say("parameters")}
        nameLabel={say("name")}
        addLabel={say("addParameter")}
        at={`${at}.parameters`}
        value={parametersOf(group)}
        onChange={(parameters) => set({ parameters })}
        begin="string"
        row={(type, put, name) => (
          <SelectField
            label={say("parameterType", { name })}
            hideLabel
            value={type}
            onChange={put}
            options={PARAMETERS.map((id) => ({ id, label: typeName(id) }))}
            isReadOnly={isReadOnly}
          />
        )}
      />
      {kind === "http" ? (
        <HttpPart at={at} group={group} set={set} />
      ) : (
        <>
          <TextField
            label={say("statement")}
            help={say("statementHelp")}
            mono
            lines={4}
            value={group.statement ?? ""}
            onChange={(statement) => set({ statement })}
            {...field(`${at}.statement`)}
          />
          <PairsField<unknown>
            label={say("columns")}
            nameLabel={say("column")}
            addLabel={say("addColumn")}
            at={`${at}.fields`}
            value={(group.fields ?? {}) as Record<string, unknown>}
            onChange={(fields) => set({ fields: fields ?? {} })}
            begin="string"
            row={(type, put, name) => (
              <SelectField
                label={say("columnType", { name })}
                hideLabel
                value={String(type)}
                onChange={put}
                options={SCALARS.map((id) => ({ id, label: typeName(id) }))}
                isReadOnly={isReadOnly}
              />
            )}
          />
        </>
      )}
      <DurationField
        label={say("cache")}
        optional
        value={group.cacheDuration ?? ""}
        onChange={(cacheDuration) => set({ cacheDuration })}
        {...field(`${at}.cacheDuration`)}
      />
    </>
  );
}

interface PartProps {
  at: string;
  group: FieldGroup;
  set: (change: Partial<FieldGroup>) => void;
}

function HttpPart({ at, group, set }: PartProps) {
  const say = useSay(words);
  const sayCommon = useSay(common);
  const { isReadOnly, error } = useField(`${at}.body`);
  const [text, setText] = useState<string | undefined>();
  const read = text === undefined ? undefined : readJson(text);
  return (
    <>
      {group.method === "POST" && (
        <TextField
          label={say("body")}
          help={say("bodyHelp", { form: '{"param": "city"}' })}
          mono
          lines={5}
          value={text ?? (group.body === undefined ? "" : JSON.stringify(group.body, null, 2))}
          onChange={(next) => {
            setText(next);
            const found = readJson(next);
            if ("value" in found || next.trim() === "") set({ body: "value" in found ? found.value : undefined });
          }}
          error={text?.trim() && read && "wrong" in read ? jsonTrouble(sayCommon, read.wrong) : error}
          isReadOnly={isReadOnly}
        />
      )}
      <ExampleField
        label={say("response")}
        help={say("responseHelp")}
        at={`${at}.response`}
        typesAt={`${at}.types`}
        value={group.response}
        types={group.types}
        onChange={(response) => set({ response, types: undefined })}
        onTypes={(types) => set({ types })}
      />
    </>
  );
}

function PlatformGroup({ at, group, onChange }: Props) {
  const say = useSay(words);
  const field = useFields();
  const { isReadOnly, error } = field(`${at}.fields`);
  const schemas = useDocuments<{ name: string; description?: string }>("schemas").data ?? [];
  const root = useSchemaFields(group.schema).data;
  const fields = Array.isArray(group.fields) ? (group.fields as string[]) : [];
  const set = (change: Partial<FieldGroup>) => onChange(trimmed({ ...group, ...change }));
  return (
    <>
      <ComboField
        label={say("schema")}
        value={group.schema || null}
        onChange={(schema) => set(schema === group.schema ? {} : { schema, fields: undefined })}
        options={schemas.map(({ name, description }) => ({ id: name, label: name, detail: description }))}
        {...field(`${at}.schema`)}
      />
      {root && (
        <SwitchField
          label={say("allFields")}
          value={fields.length === 0}
          onChange={(on) => set({ fields: on ? undefined : Object.keys(inside(root)) })}
          isReadOnly={isReadOnly}
        />
      )}
      {root && fields.length > 0 && (
        <FieldTree
          label={say("fields")}
          root={root}
          choosing={
            isReadOnly
              ? undefined
              : { chosen: fields, onChange: (next) => set({ fields: next.length ? next : undefined }) }
          }
        />
      )}
      {error && <p role="alert">{error}</p>}
    </>
  );
}

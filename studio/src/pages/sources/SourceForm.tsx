import { Plus } from "lucide-react";
import { Button } from "../../components/Button";
import { ChoiceField } from "../../components/ChoiceField";
import { TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { Notice } from "../../components/Notice";
import { SecretField } from "../../components/SecretField";
import { AuthenticationField, CertificateField } from "../../configuration/AuthenticationField";
import { freeName, renamed, without } from "../../configuration/documents";
import type { Editing } from "../../configuration/editing";
import { useField } from "../../configuration/form";
import { useSay } from "../../messages/use";
import { BUILT_IN, blankGroup, kindOf, type SourceDocument, type SourceKind } from "./document";
import { GroupCard } from "./GroupCard";
import { words } from "./words";

const BEGIN: Record<SourceKind, Partial<SourceDocument>> = {
  http: { url: "", database: undefined, password: undefined },
  sql: { url: undefined, database: "", authentication: undefined, clientCertificate: undefined },
  platform: {
    name: BUILT_IN,
    url: undefined,
    database: undefined,
    password: undefined,
    authentication: undefined,
    clientCertificate: undefined,
  },
};

/** Where a data source is, how calls show who makes them, and what can be asked. */
export function SourceForm({ editing, kinds }: { editing: Editing<SourceDocument>; kinds: readonly SourceKind[] }) {
  const say = useSay(words);
  const { document: source, isNew, change } = editing;
  const kind = kindOf(source);
  return (
    <>
      {isNew && (
        <ChoiceField
          label={say("kind")}
          value={kind}
          onChange={(next) =>
            change({ ...(source.name === BUILT_IN ? { name: "" } : {}), ...BEGIN[next], fieldGroups: undefined })
          }
          options={kinds.map((id) => ({ id, label: say(id), detail: say(`${id}Help`) }))}
        />
      )}
      {kind === "platform" && <Notice kind="info">{say("builtIn")}</Notice>}
      {kind === "http" && <Address editing={editing} />}
      {kind === "sql" && <Database editing={editing} />}
      <Groups editing={editing} kind={kind} />
    </>
  );
}

function Address({ editing }: { editing: Editing<SourceDocument> }) {
  const say = useSay(words);
  const { document: source, change } = editing;
  return (
    <>
      <TextField
        label={say("url")}
        help={say("urlHelp")}
        value={source.url ?? ""}
        onChange={(url) => change({ url })}
        {...useField("url")}
      />
      <AuthenticationField value={source.authentication} onChange={(authentication) => change({ authentication })} />
      <CertificateField
        value={source.clientCertificate}
        onChange={(clientCertificate) => change({ clientCertificate })}
      />
    </>
  );
}

function Database({ editing }: { editing: Editing<SourceDocument> }) {
  const say = useSay(words);
  const { document: source, change } = editing;
  return (
    <>
      <TextField
        label={say("database")}
        help={say("databaseHelp")}
        value={source.database ?? ""}
        onChange={(database) => change({ database })}
        {...useField("database")}
      />
      <SecretField
        label={say("password")}
        value={source.password ?? ""}
        onChange={(password) => change({ password: password || undefined })}
        {...useField("password")}
      />
    </>
  );
}

function Groups({ editing, kind }: { editing: Editing<SourceDocument>; kind: SourceKind }) {
  const say = useSay(words);
  const { document: source, change, readOnly, isNew } = editing;
  const groups = source.fieldGroups ?? {};
  const names = Object.keys(groups);
  const put = (next: typeof groups) => change({ fieldGroups: Object.keys(next).length ? next : undefined });
  return (
    <FormSection
      title={say("groups")}
      help={say("groupsHelp")}
      actions={
        !readOnly && (
          <Button icon={Plus} onPress={() => put({ ...groups, [freeName("fields", names)]: blankGroup(kind) })}>
            {say("addGroup")}
          </Button>
        )
      }
    >
      {names.map((name, index) => (
        <GroupCard
          key={index}
          kind={kind}
          name={name}
          group={groups[name] ?? {}}
          begin={isNew || names.length === 1}
          taken={names}
          onName={(next) => put(renamed(groups, name, next))}
          onChange={(group) => put({ ...groups, [name]: group })}
          onDuplicate={() => put({ ...groups, [freeName(name, names)]: groups[name] ?? {} })}
          onRemove={() => put(without(groups, name))}
        />
      ))}
    </FormSection>
  );
}

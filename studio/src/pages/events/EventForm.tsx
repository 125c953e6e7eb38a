import { useDocuments } from "../../api/documents";
import { useNamespaces } from "../../api/profiles";
import { ChoiceField } from "../../components/ChoiceField";
import { ComboField } from "../../components/ComboField";
import { SelectField, SwitchField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { PropertyList } from "../../components/PropertyList";
import { ExpressionField } from "../../configuration/ExpressionField";
import type { Editing } from "../../configuration/editing";
import { FieldTree } from "../../configuration/FieldTree";
import { inside } from "../../configuration/fields";
import { useError, useField } from "../../configuration/form";
import { useSchemaFields } from "../../configuration/schemas";
import { useSay } from "../../messages/use";
import { type EventDocument, PLACE } from "./document";
import { words } from "./words";

/** What an event is: of which schema, recognised how, about whom, and what journeys see of it. */
export function EventForm({ editing }: { editing: Editing<EventDocument> }) {
  const say = useSay(words);
  const { document: event, change, readOnly } = editing;
  const schemas = useDocuments<{ name: string; description?: string }>("schemas").data ?? [];
  const sight = sightOf(editing);
  const type = event.type ?? "rule";
  const business = event.about === "business";
  return (
    <>
      <ChoiceField
        label={say("about")}
        value={event.about ?? "person"}
        onChange={(about) =>
          change(
            about === "business"
              ? { about, namespace: undefined, key: undefined, supplementalKey: undefined }
              : { about: undefined },
          )
        }
        options={[
          { id: "person", label: say("person"), detail: say("personHelp") },
          { id: "business", label: say("business"), detail: say("businessHelp") },
        ]}
        error={useError("about")}
        isReadOnly={readOnly}
      />
      <ComboField
        label={say("schema")}
        help={say("schemaHelp")}
        placeholder={say("chooseSchema")}
        value={event.schema || null}
        onChange={(schema) => change(schema === event.schema ? {} : { schema, fields: undefined })}
        options={schemas.map(({ name, description }) => ({ id: name, label: name, detail: description }))}
        {...useField("schema")}
      />
      <ChoiceField
        label={say("type")}
        value={type}
        onChange={(next) =>
          change(next === "system" ? { type: next, condition: undefined } : { type: next, eventID: undefined })
        }
        options={[
          { id: "rule", label: say("rule"), detail: say("ruleHelp") },
          { id: "system", label: say("system"), detail: say("systemHelp") },
        ]}
        error={useError("type")}
        isReadOnly={readOnly}
      />
      {type === "rule" ? (
        <ExpressionField
          label={say("condition")}
          help={say("conditionHelp")}
          unset={say(event.schema ? "setCondition" : "schemaFirst")}
          at="condition"
          sight={sight}
          use="condition"
          value={event.condition ?? ""}
          onChange={(condition) => change({ condition })}
        />
      ) : (
        event.eventID && <PropertyList items={[[say("eventId"), <code key="id">{event.eventID}</code>]]} />
      )}
      {event.schema && <SeenFields editing={editing} />}
      {!business && <Whom editing={editing} />}
    </>
  );
}

/** What the event's expressions see: its payload, of the schema that is chosen here where that is not saved yet. */
function sightOf({ document: event, isNew, saved }: Editing<EventDocument>): { event: string; schema?: string } {
  const known = !isNew && saved.schema === event.schema;
  return known ? { event: event.name } : { event: event.name || PLACE, schema: event.schema };
}

function SeenFields({ editing }: { editing: Editing<EventDocument> }) {
  const say = useSay(words);
  const { document: event, change, readOnly } = editing;
  const error = useError("fields");
  const root = useSchemaFields(event.schema).data;
  const all = !event.fields?.length;
  if (!root) return null;
  return (
    <FormSection title={say("fields")} help={say("fieldsHelp")}>
      <SwitchField
        label={say("allFields")}
        value={all}
        onChange={(on) => change({ fields: on ? undefined : Object.keys(inside(root)) })}
        isReadOnly={readOnly}
      />
      {!all && (
        <>
          <FieldTree
            label={say("fields")}
            root={root}
            choosing={
              readOnly
                ? undefined
                : {
                    chosen: event.fields ?? [],
                    onChange: (fields) => change({ fields: fields.length ? fields : undefined }),
                  }
            }
          />
          <p className="soft" role="status">
            {say("chosenFields", { count: event.fields?.length ?? 0 })}
          </p>
        </>
      )}
      {error && <p role="alert">{error}</p>}
    </FormSection>
  );
}

const NONE = "-";

function Whom({ editing }: { editing: Editing<EventDocument> }) {
  const say = useSay(words);
  const { document: event, change } = editing;
  const sight = sightOf(editing);
  const namespaces = useNamespaces();
  return (
    <FormSection title={say("who")}>
      <SelectField
        label={say("namespace")}
        value={event.namespace ?? NONE}
        onChange={(namespace) => change({ namespace: namespace === NONE ? undefined : namespace })}
        options={[{ id: NONE, label: say("bySchema") }, ...namespaces.map((id) => ({ id, label: id }))]}
        {...useField("namespace")}
      />
      <ExpressionField
        label={say("key")}
        help={say("keyHelp")}
        unset={say("keyUnset")}
        at="key"
        sight={sight}
        use="key"
        value={event.key ?? ""}
        onChange={(key) => change({ key })}
      />
      <ExpressionField
        label={say("supplementalKey")}
        help={say("supplementalHelp")}
        unset={say("notSet")}
        at="supplementalKey"
        sight={sight}
        use="key"
        value={event.supplementalKey ?? ""}
        onChange={(supplementalKey) => change({ supplementalKey })}
      />
    </FormSection>
  );
}

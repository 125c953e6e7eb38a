import { Button } from "../../components/Button";
import { SelectField, SwitchField, TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { AuthenticationField, CertificateField } from "../../configuration/AuthenticationField";
import { ExampleField } from "../../configuration/ExampleField";
import type { Editing } from "../../configuration/editing";
import { useFields } from "../../configuration/form";
import { useSay } from "../../messages/use";
import { BodyField } from "./BodyField";
import { type ActionDocument, METHODS } from "./document";
import { PartsField } from "./PartField";
import { words } from "./words";

/** One HTTP request: where to, what is the same for all journeys, what each gives, what comes back. */
export function ActionForm({ editing }: { editing: Editing<ActionDocument> }) {
  const say = useSay(words);
  const field = useFields();
  const { document: action, change, readOnly } = editing;
  const sends = action.method !== "GET";
  return (
    <>
      <FormSection title={say("urlSection")}>
        <TextField
          label={say("url")}
          help={say("urlHelp")}
          value={action.url}
          onChange={(url) => change({ url })}
          {...field("url")}
        />
        <SelectField
          label={say("method")}
          value={action.method ?? "POST"}
          onChange={(method) => change(method === "GET" ? { method, body: undefined } : { method })}
          options={METHODS.map((id) => ({ id, label: id }))}
          {...field("method")}
        />
        <SwitchField
          label={say("dynamicPath")}
          value={Boolean(action.path)}
          onChange={(on) => change({ path: on ? { $variable: "string", $label: "" } : undefined })}
          isReadOnly={readOnly}
        />
        {action.path && (
          <TextField
            label={say("pathLabel")}
            value={action.path.$label ?? ""}
            onChange={($label) => change({ path: { $variable: "string", ...action.path, $label } })}
            {...field("path")}
          />
        )}
        <PartsField
          section="query"
          label={say("query")}
          addLabel={say("addQuery")}
          value={action.query}
          onChange={(query) => change({ query })}
          readOnly={readOnly}
        />
        <PartsField
          section="headers"
          label={say("headers")}
          addLabel={say("addHeader")}
          value={action.headers}
          onChange={(headers) => change({ headers })}
          readOnly={readOnly}
        />
        <p className="soft">{say("headersHelp")}</p>
      </FormSection>
      <AuthenticationField value={action.authentication} onChange={(authentication) => change({ authentication })} />
      <CertificateField
        value={action.clientCertificate}
        onChange={(clientCertificate) => change({ clientCertificate })}
      />
      {sends ? (
        <BodyField value={action.body} onChange={(body) => change({ body })} />
      ) : (
        <p className="soft">{say("noBody")}</p>
      )}
      <FormSection
        title={say("answer")}
        actions={
          action.response !== undefined &&
          action.response !== null &&
          !readOnly && (
            <Button kind="quiet" onPress={() => change({ response: undefined, types: undefined })}>
              {say("clear")}
            </Button>
          )
        }
      >
        <ExampleField
          label={say("response")}
          help={say("responseHelp")}
          at="response"
          typesAt="types"
          value={action.response ?? undefined}
          types={action.types}
          onChange={(response) => change({ response, types: undefined })}
          onTypes={(types) => change({ types })}
        />
      </FormSection>
      <FormSection title={say("governance")}>
        <TextField
          label={say("labels")}
          help={say("labelsHelp")}
          value={(action.labels ?? []).join(", ")}
          onChange={(text) => change({ labels: text === "" ? undefined : text.split(",").map((each) => each.trim()) })}
          {...field("labels")}
        />
      </FormSection>
      <FormSection title={say("delivery")}>
        <p className="soft">{say("deliveryText")}</p>
      </FormSection>
    </>
  );
}

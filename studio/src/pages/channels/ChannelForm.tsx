import type { ReactNode } from "react";
import { ChoiceField } from "../../components/ChoiceField";
import { SwitchField, TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { AuthenticationField } from "../../configuration/AuthenticationField";
import type { Authentication } from "../../configuration/authentication";
import { CHANNELS, useChannelOptions } from "../../configuration/channels";
import { trimmed, withValue } from "../../configuration/documents";
import type { Editing } from "../../configuration/editing";
import { FormPart } from "../../configuration/FormPart";
import { useField } from "../../configuration/form";
import { PairsField } from "../../configuration/PairsField";
import { SchemaFields } from "../../configuration/SchemaFields";
import { useSay } from "../../messages/use";
import { JsonField } from "../designer/fields/JsonField";
import { BEGIN, type ChannelDocument, FIELDS, kindOf, type Part } from "./document";
import { words } from "./words";

/** Through what messages go out, and what they have in common. */
export function ChannelForm({ editing }: { editing: Editing<ChannelDocument> }) {
  const say = useSay(words);
  const { document: channel, change, isNew } = editing;
  const kind = kindOf(channel);
  const options = useChannelOptions().map(({ id, label }) => ({ id, label, detail: say(`${id}Kind`) }));
  const put = (part: Part) => change({ [kind]: part });
  const value = channel[kind] ?? {};
  return (
    <>
      {isNew && (
        <ChoiceField
          label={say("kind")}
          value={kind}
          onChange={(next) =>
            change(Object.fromEntries(CHANNELS.map((each) => [each, each === next ? BEGIN[next] : undefined])))
          }
          options={options}
        />
      )}
      <ChoiceField
        label={say("category")}
        value={channel.category ?? "marketing"}
        onChange={(category) => change({ category })}
        options={(["marketing", "transactional"] as const).map((id) => ({
          id,
          label: say(id),
          detail: say(`${id}Help`),
        }))}
        {...useField("category")}
      />
      <FormPart at={kind}>
        {kind === "email" && <Email value={value} onChange={put} />}
        {kind === "push" && <Push value={value} onChange={put} />}
        {kind === "sms" && <Sms value={value} onChange={put} />}
      </FormPart>
      <TextField
        label={say("labels")}
        help={say("labelsHelp")}
        value={(channel.labels ?? []).join(", ")}
        onChange={(text) => change({ labels: text ? text.split(",").map((each) => each.trim()) : undefined })}
        {...useField("labels")}
      />
    </>
  );
}

interface PartProps {
  value: Part;
  onChange: (value: Part) => void;
}

function Email(props: PartProps) {
  const say = useSay(words);
  return (
    <>
      <FormSection title={say("server")}>
        <SchemaFields fields={FIELDS.server} words={words} {...props} />
      </FormSection>
      <FormSection title={say("sender")}>
        <Inner at="from" {...props}>
          {(inner) => <SchemaFields fields={FIELDS.mailbox} words={words} {...inner} />}
        </Inner>
        <Optional at="replyTo" begin={{ address: "" }} {...props}>
          {(inner) => <SchemaFields fields={FIELDS.mailbox} words={words} {...inner} />}
        </Optional>
        <SchemaFields fields={FIELDS.bounces} words={words} {...props} />
      </FormSection>
      <FormSection title={say("trackingTitle")}>
        <SchemaFields fields={FIELDS.mailTracking} words={words} {...props} />
      </FormSection>
    </>
  );
}

function Push(props: PartProps) {
  return (
    <>
      <SchemaFields fields={FIELDS.app} words={words} {...props} />
      <Optional at="fcm" begin={BEGIN.fcm} {...props}>
        {(inner) => <SchemaFields fields={FIELDS.fcm} words={words} long={["privateKey"]} {...inner} />}
      </Optional>
      <Optional at="apns" begin={BEGIN.apns} {...props}>
        {(inner) => <SchemaFields fields={FIELDS.apns} words={words} long={["key"]} {...inner} />}
      </Optional>
      <SchemaFields fields={FIELDS.tracking} words={words} {...props} />
    </>
  );
}

function Sms({ value, onChange }: PartProps) {
  const say = useSay(words);
  const header = useField("headers");
  return (
    <>
      <FormSection title={say("provider")}>
        <SchemaFields fields={FIELDS.provider} words={words} value={value} onChange={onChange} />
        <JsonField
          label={say("body")}
          value={value.body}
          onChange={(body) => onChange({ ...value, body: body ?? {} })}
          {...useField("body")}
        />
        <p className="soft">{say("bodyHelp", { param: '{"param": …}' })}</p>
        <PairsField<string>
          label={say("headers")}
          nameLabel={say("header")}
          addLabel={say("addHeader")}
          at="headers"
          value={(value.headers ?? undefined) as Record<string, string> | undefined}
          onChange={(headers) => onChange(trimmed({ ...value, headers }))}
          begin=""
          row={(text, put, name) => (
            <TextField
              hideLabel
              label={`${say("value")}: ${name}`}
              value={text}
              onChange={put}
              isReadOnly={header.isReadOnly}
            />
          )}
        />
      </FormSection>
      <AuthenticationField
        value={value.authentication as Authentication | undefined}
        onChange={(authentication) => onChange(trimmed({ ...value, authentication }))}
      />
      <SchemaFields fields={FIELDS.tracking} words={words} value={value} onChange={onChange} />
    </>
  );
}

interface InnerProps extends PartProps {
  at: string;
  children: (inner: PartProps) => ReactNode;
}

/** An object in a part. */
function Inner({ at, value, onChange, children }: InnerProps) {
  return (
    <FormPart at={at}>
      {children({ value: (value[at] ?? {}) as Part, onChange: (next) => onChange({ ...value, [at]: next }) })}
    </FormPart>
  );
}

/** One that may be left out. */
function Optional({ begin, ...props }: InnerProps & { at: "replyTo" | "fcm" | "apns"; begin: Part }) {
  const { at, value, onChange } = props;
  const say = useSay(words);
  const { isReadOnly } = useField(at);
  return (
    <>
      <SwitchField
        label={say(at)}
        help={at === "replyTo" ? undefined : say(`${at}Help`)}
        value={Boolean(value[at])}
        onChange={(on) => onChange(withValue(value, at, on ? begin : undefined) ?? {})}
        isReadOnly={isReadOnly}
      />
      {Boolean(value[at]) && <Inner {...props} />}
    </>
  );
}

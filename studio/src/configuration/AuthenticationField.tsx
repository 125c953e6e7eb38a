import { SelectField, SwitchField, TextField } from "../components/Field";
import { FormSection } from "../components/FormSection";
import { SecretField } from "../components/SecretField";
import { useSay } from "../messages/use";
import { type Authentication, blankAuthentication, CUSTOM, WAYS } from "./authentication";
import { words } from "./authenticationWords";
import { CustomAuthentication } from "./CustomAuthentication";
import { FormPart } from "./FormPart";
import { useField } from "./form";
import { SchemaFields } from "./SchemaFields";

interface Props {
  value: Authentication | null | undefined;
  onChange: (value: Authentication | undefined) => void;
}

const NONE = "none";

/** How calls show who makes them: a form made of the published schema of each way. */
export function AuthenticationField({ value, onChange }: Props) {
  const say = useSay(words);
  const word = say as (key: string) => string;
  const type = value?.type ?? NONE;
  const { isReadOnly } = useField("authentication");
  return (
    <FormSection title={say("title")} help={say("help")}>
      <SelectField
        label={say("type")}
        value={type}
        onChange={(next) => next !== type && onChange(next === NONE ? undefined : blankAuthentication(next))}
        options={[NONE, ...WAYS.keys()].map((id) => ({ id, label: word(id) }))}
        isReadOnly={isReadOnly}
      />
      {value && type === CUSTOM && <CustomAuthentication value={value} onChange={onChange} />}
      {value && (
        <FormPart at="authentication">
          <SchemaFields
            key={type}
            fields={WAYS.get(type) ?? []}
            value={value}
            onChange={(next) => onChange(next as Authentication)}
            words={words}
            long={type === "jwtBearer" ? ["key"] : []}
          />
        </FormPart>
      )}
    </FormSection>
  );
}

interface Certificate {
  certificate: string;
  key: string;
}

/** What calls show of themselves in the TLS handshake. */
export function CertificateField({
  value,
  onChange,
}: {
  value: Certificate | null | undefined;
  onChange: (value: Certificate | undefined) => void;
}) {
  const say = useSay(words);
  const { isReadOnly } = useField("clientCertificate");
  const certificate = useField("clientCertificate.certificate");
  const key = useField("clientCertificate.key");
  return (
    <>
      <SwitchField
        label={say("certificate")}
        help={say("certificateHelp")}
        value={Boolean(value)}
        onChange={(on) => onChange(on ? { certificate: "", key: "" } : undefined)}
        isReadOnly={isReadOnly}
      />
      {value && (
        <>
          <TextField
            label={say("certificateText")}
            mono
            lines={4}
            value={value.certificate}
            onChange={(text) => onChange({ ...value, certificate: text })}
            {...certificate}
          />
          <SecretField
            label={say("privateKey")}
            lines={4}
            value={value.key}
            onChange={(text) => onChange({ ...value, key: text })}
            {...key}
          />
        </>
      )}
    </>
  );
}

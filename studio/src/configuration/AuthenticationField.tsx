import { SelectField, SwitchField, TextField } from "../components/Field";
import { FormSection } from "../components/FormSection";
import { SecretField } from "../components/SecretField";
import { useSay } from "../messages/use";
import {
  type Authentication,
  type AuthenticationField as AuthField,
  blankAuthentication,
  CUSTOM,
  WAYS,
} from "./authentication";
import { words } from "./authenticationWords";
import { CustomAuthentication } from "./CustomAuthentication";
import { useField } from "./form";

interface Props {
  value: Authentication | null | undefined;
  onChange: (value: Authentication | undefined) => void;
}

const NONE = "none";
const AT = "authentication";
/** Secrets of several lines. */
const LONG = new Set(["jwtBearer.key"]);

/** How calls show who makes them: a form made of the published schema of each way. */
export function AuthenticationField({ value, onChange }: Props) {
  const say = useSay(words);
  const word = say as (key: string) => string;
  const type = value?.type ?? NONE;
  const { isReadOnly } = useField(AT);
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
      {value &&
        (WAYS.get(type) ?? []).map((field) => (
          <One
            key={`${type} ${field.name}`}
            type={type}
            field={field}
            value={value[field.name]}
            onChange={(next) => {
              const { [field.name]: _, ...others } = value;
              onChange(next === "" && !field.required ? (others as Authentication) : { ...value, [field.name]: next });
            }}
          />
        ))}
    </FormSection>
  );
}

interface OneProps {
  type: string;
  field: AuthField;
  value: unknown;
  onChange: (value: string) => void;
}

function One({ type, field, value, onChange }: OneProps) {
  const word = useSay(words) as (key: string) => string;
  const common = { label: word(field.name), onChange, ...useField(`${AT}.${field.name}`) };
  const text = typeof value === "string" ? value : "";
  if (field.kind === "secret")
    return <SecretField {...common} value={text} {...(LONG.has(`${type}.${field.name}`) ? { lines: 5 } : {})} />;
  if (field.kind === "choice") {
    const options = field.options.map((id) => ({ id, label: id in words ? word(id) : id }));
    return <SelectField {...common} value={text || field.fallback} options={options} />;
  }
  return <TextField {...common} value={text} />;
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

import { SelectField, TextField } from "../components/Field";
import { SecretField } from "../components/SecretField";
import { useSay } from "../messages/use";
import { type Authentication, type TokenBody, type TokenLife, targetName } from "./authentication";
import { words } from "./authenticationWords";
import { trimmed } from "./documents";
import { useField, useFields } from "./form";
import { PairsField } from "./PairsField";

interface Props {
  value: Authentication;
  onChange: (value: Authentication) => void;
}

const AT = "authentication";
const UNITS = ["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"];

/** A token that is fetched by a call of its own: where from, where it stands in the answer, where it goes. */
export function CustomAuthentication({ value, onChange }: Props) {
  const say = useSay(words);
  const word = say as (key: string) => string;
  const field = useFields();
  const set = (change: Record<string, unknown>) => onChange(trimmed({ ...value, ...change }) as Authentication);
  const way = String(value.authorizationType ?? "bearer");
  const method = String(value.method ?? "POST");
  const body = (value.body ?? undefined) as TokenBody | undefined;
  const choice = (options: readonly string[]) => options.map((id) => ({ id, label: id in words ? word(id) : id }));
  return (
    <>
      <SelectField
        label={say("carriedBy")}
        value={way.toLowerCase() === "queryparam" ? "queryParam" : way.toLowerCase()}
        onChange={(next) => set({ authorizationType: next, tokenTarget: next === "bearer" ? undefined : "" })}
        options={choice(["bearer", "header", "queryParam"])}
        {...field(`${AT}.authorizationType`)}
      />
      {way.toLowerCase() !== "bearer" && (
        <Field
          at={`${AT}.tokenTarget`}
          label={say("targetName")}
          value={targetName(value.tokenTarget)}
          onChange={(tokenTarget) => set({ tokenTarget })}
        />
      )}
      <Field
        at={`${AT}.endpoint`}
        label={say("endpoint")}
        value={String(value.endpoint ?? "")}
        onChange={(endpoint) => set({ endpoint })}
      />
      <SelectField
        label={say("method")}
        value={method}
        onChange={(next) =>
          set({ method: next, body: next === "GET" ? undefined : (body ?? { bodyType: "form", bodyParams: {} }) })
        }
        options={choice(["POST", "GET"])}
        {...field(`${AT}.method`)}
      />
      <PairsField<string>
        label={say("headers")}
        nameLabel={say("name")}
        addLabel={say("addHeader")}
        at={`${AT}.headers`}
        value={(value.headers ?? undefined) as Record<string, string> | undefined}
        onChange={(headers) => set({ headers })}
        begin=""
        row={(text, put, name) => <Secret name={name} at={`${AT}.headers.${name}`} value={text} onChange={put} />}
      />
      {method === "POST" && (
        <>
          <SelectField
            label={say("bodyType")}
            value={body?.bodyType ?? "form"}
            onChange={(bodyType) => set({ body: { ...body, bodyType } })}
            options={choice(["form", "json"])}
            {...field(`${AT}.body.bodyType`)}
          />
          <PairsField<unknown>
            label={say("bodyParams")}
            nameLabel={say("name")}
            addLabel={say("addParam")}
            at={`${AT}.body.bodyParams`}
            value={body?.bodyParams}
            onChange={(bodyParams) => set({ body: { bodyType: "form", ...body, bodyParams: bodyParams ?? {} } })}
            begin=""
            row={(text, put, name) => (
              <Secret
                name={name}
                at={`${AT}.body.bodyParams.${name}`}
                value={typeof text === "string" ? text : JSON.stringify(text)}
                onChange={put}
              />
            )}
          />
        </>
      )}
      <Field
        at={`${AT}.tokenInResponse`}
        label={say("tokenInResponse")}
        help={say("tokenHelp")}
        value={String(value.tokenInResponse ?? "")}
        onChange={(tokenInResponse) => set({ tokenInResponse })}
      />
      <Life
        value={(value.cacheDuration ?? undefined) as TokenLife | undefined}
        onChange={(life) => set({ cacheDuration: life })}
      />
    </>
  );
}

interface FieldProps {
  at: string;
  label: string;
  help?: string;
  value: string;
  onChange: (value: string) => void;
}

function Field({ at, ...rest }: FieldProps) {
  return <TextField {...rest} {...useField(at)} />;
}

function Secret({ name, at, ...rest }: { name: string; at: string; value: string; onChange: (value: string) => void }) {
  const say = useSay(words);
  return <SecretField hideLabel label={name || say("value")} {...rest} {...useField(at)} />;
}

function Life({ value, onChange }: { value: TokenLife | undefined; onChange: (value: TokenLife | undefined) => void }) {
  const say = useSay(words);
  const word = say as (key: string) => string;
  const mode = value === undefined ? "hour" : typeof value.expiryInResponse === "string" ? "answered" : "fixed";
  const field = useField(`${AT}.cacheDuration`);
  const begin = {
    hour: undefined,
    fixed: { duration: 30, timeUnit: "minutes" },
    answered: { expiryInResponse: "json://expires_in", timeUnit: "seconds" },
  } as const;
  return (
    <>
      <SelectField
        label={say("life")}
        value={mode}
        onChange={(next) => next !== mode && onChange(begin[next as keyof typeof begin])}
        options={(["hour", "fixed", "answered"] as const).map((id) => ({ id, label: say(id) }))}
        {...field}
      />
      {value && mode === "fixed" && (
        <TextField
          label={say("amount")}
          value={String(value.duration ?? "")}
          onChange={(text) => onChange({ ...value, duration: /^\d+$/.test(text) ? Number(text) : null })}
          isReadOnly={field.isReadOnly}
        />
      )}
      {value && mode === "answered" && (
        <TextField
          label={say("lifePath")}
          value={value.expiryInResponse ?? ""}
          onChange={(expiryInResponse) => onChange({ ...value, expiryInResponse })}
          isReadOnly={field.isReadOnly}
        />
      )}
      {value && (
        <SelectField
          label={say("unit")}
          value={value.timeUnit}
          onChange={(timeUnit) => onChange({ ...value, timeUnit })}
          options={UNITS.map((id) => ({ id, label: word(id) }))}
          isReadOnly={field.isReadOnly}
        />
      )}
    </>
  );
}

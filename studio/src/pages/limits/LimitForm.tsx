import { ChoicesField } from "../../components/ChoicesField";
import { CountField } from "../../components/CountField";
import { SelectField, SwitchField, TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { trimmed, withValue } from "../../configuration/documents";
import { useSay } from "../../messages/use";
import css from "./Limits.module.css";
import {
  type Body,
  blankLimit,
  type Kind,
  METHODS,
  milliseconds,
  PERIOD_UNITS,
  periodOf,
  SERVICES,
  type Service,
  type ServiceCap,
  type Unit,
} from "./limit";
import { words } from "./words";

interface Props {
  kind: Kind;
  body: Body;
  readOnly: boolean;
  /** What is said of a field. */
  errorAt: (field: string) => string | undefined;
  onChange: (body: Body) => void;
}

/** Which calls are limited, and to how many. */
export function LimitForm({ kind, body, readOnly, errorAt, onChange }: Props) {
  const say = useSay(words);
  const set = (change: Partial<Body>) => onChange(trimmed({ ...body, ...change }));
  return (
    <>
      <TextField
        label={say("name")}
        value={body.name ?? ""}
        onChange={(name) => set({ name: name || undefined })}
        isReadOnly={readOnly}
      />
      <TextField
        label={say("description")}
        lines={2}
        value={body.description ?? ""}
        onChange={(description) => set({ description: description || undefined })}
        isReadOnly={readOnly}
      />
      <TextField
        label={say("url")}
        help={say("urlHelp")}
        value={(kind === "capping" ? body.url : body.urlPattern) ?? ""}
        onChange={(text) => set(kind === "capping" ? { url: text } : { urlPattern: text })}
        error={errorAt("url")}
        isReadOnly={readOnly}
      />
      <ChoicesField
        label={say("methods")}
        options={METHODS.map((id) => ({ id, label: id === "OPTION" ? "OPTIONS" : id }))}
        value={body.methods}
        onChange={(methods) => set({ methods })}
        error={errorAt("methods")}
        isReadOnly={readOnly}
      />
      {kind === "throttling" ? (
        <CountField
          label={say("throughput")}
          help={say("throughputHelp")}
          value={body.maxThroughput}
          onChange={(maxThroughput) => set({ maxThroughput })}
          error={errorAt("maxThroughput")}
          isReadOnly={readOnly}
        />
      ) : (
        <FormSection title={say("services")}>
          {errorAt("services") && <p role="alert">{errorAt("services")}</p>}
          {SERVICES.map((service) => (
            <ServiceFields
              key={service}
              service={service}
              cap={body.services?.[service]}
              onChange={(cap) =>
                set({ services: withValue(body.services as Record<string, ServiceCap>, service, cap) ?? {} })
              }
              readOnly={readOnly}
              errorAt={errorAt}
            />
          ))}
        </FormSection>
      )}
    </>
  );
}

interface ServiceProps {
  service: Service;
  cap: ServiceCap | undefined;
  onChange: (cap: ServiceCap | undefined) => void;
  readOnly: boolean;
  errorAt: Props["errorAt"];
}

function ServiceFields({ service, cap, onChange, readOnly, errorAt }: ServiceProps) {
  const say = useSay(words);
  const period = periodOf(cap?.rating.periodInMs ?? 1000);
  const rate = (change: Partial<ServiceCap["rating"]>) =>
    cap && onChange({ ...cap, rating: { ...cap.rating, ...change } });
  return (
    <>
      <SwitchField
        label={say(service)}
        value={cap !== undefined}
        onChange={(on) => onChange(on ? (blankLimit("capping").services?.action ?? undefined) : undefined)}
        isReadOnly={readOnly}
      />
      {cap && (
        <>
          <div className={css.rating}>
            <CountField
              label={say("calls")}
              value={cap.rating.maxCallsCount}
              onChange={(maxCallsCount) => rate({ maxCallsCount })}
              error={errorAt("calls")}
              isReadOnly={readOnly}
            />
            <CountField
              label={say("per")}
              value={period.amount}
              onChange={(amount) => rate({ periodInMs: milliseconds(amount, period.unit) })}
              error={errorAt("period")}
              isReadOnly={readOnly}
            />
            <SelectField
              label={say("unit")}
              value={period.unit}
              onChange={(unit) => rate({ periodInMs: milliseconds(period.amount, unit as Unit) })}
              options={PERIOD_UNITS.map((id) => ({ id, label: say(id) }))}
              isReadOnly={readOnly}
            />
          </div>
          <TextField
            label={say("connections")}
            help={say("connectionsHelp")}
            value={cap.maxHttpConnections === undefined ? "" : String(cap.maxHttpConnections)}
            onChange={(text) =>
              (text === "" || /^[1-9]\d*$/.test(text)) &&
              onChange(trimmed({ ...cap, maxHttpConnections: text === "" ? undefined : Number(text) }))
            }
            isReadOnly={readOnly}
          />
        </>
      )}
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { words as shared } from "../../administration/words";
import { useChange } from "../../api/change";
import { ask, get } from "../../api/client";
import { useDocuments } from "../../api/documents";
import { refusalOf } from "../../api/errors";
import { useJourneys } from "../../api/journeys";
import { useMetricCatalogue } from "../../api/metrics";
import { IconButton } from "../../components/Button";
import type { Opened } from "../../components/CatalogPage";
import { ComboField } from "../../components/ComboField";
import { SelectField, TextField } from "../../components/Field";
import { FormDetails } from "../../components/FormDetails";
import { FormSection } from "../../components/FormSection";
import { Notice } from "../../components/Notice";
import { Removal } from "../../components/Removal";
import { words as reasons } from "../../components/reasonWords";
import { toast } from "../../components/toast";
import { useWhyNot } from "../../components/why";
import { same } from "../../configuration/documents";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";
import { moment, number } from "../../messages/text";
import { useSay } from "../../messages/use";
import { DurationField } from "../designer/fields/DurationField";
import { State } from "./Alerts";
import css from "./Alerts.module.css";
import { type Alert, type AlertChange, type AlertState, LIMITS, type Limit, limitNameOf, useMetricWord } from "./alert";
import { words } from "./words";

const BLANK: Alert = { metric: "entered", window: "PT1H", below: 1 };
const FIELDS = ["name", "metric", "window", "above", "below", "drop", "webhook", "email", "channel"] as const;
const EVERY = "*";

interface Props {
  shown?: AlertState;
  taken: readonly string[];
  opened: Opened;
  isReadOnly?: boolean;
}

/** An alert: what it watches, from when on it fires, who is told; and what it has said so far. */
export function AlertPanel({ shown, taken, opened, isReadOnly = false }: Props) {
  const say = useSay(words);
  const because = useSay(reasons);
  const common = useSay(shared);
  const sandbox = useSandbox();
  const mayNot = useWhyNot("manage-reports");
  const [name, setName] = useState(shown?.name ?? "");
  const [alert, setAlert] = useState<Alert>(shown?.alert ?? BLANK);
  const [deleting, setDeleting] = useState(false);
  const metricWord = useMetricWord();
  const metrics = useMetricCatalogue().data?.metrics ?? [];
  const known = useJourneys().data?.map((each) => each.name);
  const journeys = known ?? [];
  const channels = (useDocuments<{ name: string; email?: unknown }>("channels").data ?? []).filter(
    (each) => each.email,
  );
  const path = (of: string) => `/api/alerts/${encodeURIComponent(of)}`;
  const save = useChange((made: { name: string; alert: Alert }) =>
    ask<AlertState>("PUT", path(made.name), { sandbox, body: made.alert }),
  );
  const { at, rest } = refusalOf(save.error, FIELDS);
  const limit = limitNameOf(alert);
  const put = (change: Partial<Alert>) => setAlert({ ...alert, ...change });
  const putLimit = (which: Limit, value: number) => {
    const { above: _a, below: _b, drop: _d, ...others } = alert;
    setAlert({ ...others, [which]: value });
  };
  const of = alert.filters?.journey?.[0] ?? EVERY;
  const gone = of !== EVERY && known !== undefined && !known.includes(of);
  const submit = () => {
    const made = { name: name.trim(), alert: tidy(alert) };
    save.mutate(made, {
      onSuccess: ({ body }) => {
        setAlert(body.alert);
        toast(common("saved", { name: made.name }));
        opened.open(made.name);
      },
    });
  };
  const clash = !shown && taken.includes(name.trim());
  return (
    <FormDetails
      kind={say("alert")}
      title={shown?.name ?? say("newTitle")}
      onClose={opened.close}
      actions={
        shown && !isReadOnly && <IconButton label={common("delete")} icon={Trash2} onPress={() => setDeleting(true)} />
      }
      isNew={!shown}
      isReadOnly={isReadOnly}
      why={
        (!name.trim() && because("needsName")) ||
        (clash && because("nameTaken")) ||
        (same(alert, shown?.alert) && because("nothingChanged"))
      }
      busy={save.isPending}
      unsaved={(!shown && name !== "") || !same(alert, shown?.alert ?? BLANK)}
      refused={rest}
      above={mayNot && <Notice kind="info">{mayNot}</Notice>}
      onSubmit={submit}
      below={
        shown && (
          <>
            <History name={shown.name} />
            {deleting && (
              <Removal
                title={say("deleteTitle", { name: shown.name })}
                verb={common("delete")}
                remove={() => ask("DELETE", path(shown.name), { sandbox })}
                gone={common("deleted", { name: shown.name })}
                onDone={opened.close}
                onClose={() => setDeleting(false)}
              >
                <p>{say("deleteText")}</p>
              </Removal>
            )}
          </>
        )
      }
    >
      {!shown && (
        <TextField
          label={common("name")}
          value={name}
          onChange={setName}
          help={say("nameHelp")}
          error={clash ? common("nameTaken") : at.name}
          autoFocus
        />
      )}
      <ComboField
        label={say("watches")}
        value={alert.metric}
        onChange={(metric) => put({ metric })}
        options={metrics.map((metric) => ({ id: metric.name, label: metricWord(metric.name), detail: metric.text }))}
        error={at.metric}
        isReadOnly={isReadOnly}
      />
      <SelectField
        label={say("of")}
        value={of}
        onChange={(journey) => put({ filters: journey === EVERY ? {} : { ...alert.filters, journey: [journey] } })}
        options={[
          { id: EVERY, label: say("everyJourney") },
          ...journeys.map((id) => ({ id, label: id })),
          ...(gone ? [{ id: of, label: of, detail: say("journeyGone") }] : []),
        ]}
        error={gone ? say("journeyGone") : undefined}
        isReadOnly={isReadOnly}
      />
      <div className={css.pair}>
        <SelectField
          label={say("limit")}
          value={limit}
          onChange={(which) => putLimit(which as Limit, which === "drop" ? 0.5 : (alert[limit] ?? 1))}
          options={LIMITS.map((id) => ({ id, label: say(id) }))}
          isReadOnly={isReadOnly}
        />
        <TextField
          label={say(limit === "drop" ? "dropShare" : "limitValue")}
          value={String(alert[limit] ?? "")}
          onChange={(text) => putLimit(limit, text as unknown as number)}
          error={at[limit]}
          isReadOnly={isReadOnly}
        />
      </div>
      <DurationField
        label={say("window")}
        value={alert.window ?? "PT1H"}
        onChange={(window) => put({ window: String(window) })}
        error={at.window}
        isReadOnly={isReadOnly}
        optional={false}
      />
      <FormSection title={say("told")} help={say("toldHelp")}>
        <TextField
          label={say("webhook")}
          value={alert.webhook ?? ""}
          onChange={(webhook) => put({ webhook: webhook || null })}
          error={at.webhook}
          placeholder="https://"
          isReadOnly={isReadOnly}
        />
        <TextField
          label={say("email")}
          help={say("emailHelp")}
          value={(alert.email ?? []).join(", ")}
          onChange={(text) => put({ email: text ? text.split(",").map((each) => each.trim()) : [] })}
          error={at.email}
          isReadOnly={isReadOnly}
        />
        {(alert.email ?? []).length > 0 && (
          <SelectField
            label={say("channel")}
            help={channels.length === 0 ? say("noChannel") : undefined}
            value={alert.channel ?? null}
            onChange={(channel) => put({ channel })}
            options={channels.map((each) => ({ id: each.name, label: each.name }))}
            error={at.channel}
            isReadOnly={isReadOnly}
          />
        )}
      </FormSection>
    </FormDetails>
  );
}

/** Numbers as numbers; what is empty is left out. */
function tidy({ above, below, drop, ...rest }: Alert): Alert {
  const limits = Object.entries({ above, below, drop }).filter(([, value]) => value !== undefined && value !== null);
  const filled = Object.entries(rest).filter(([, value]) => value !== null && value !== "");
  return Object.fromEntries([...filled, ...limits.map(([key, value]) => [key, Number(value)])]) as unknown as Alert;
}

function History({ name }: { name: string }) {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const changes = useQuery({
    queryKey: ["alerts", sandbox, name, "history"],
    queryFn: () => get<AlertChange[]>(`/api/alerts/${encodeURIComponent(name)}/history`, sandbox),
    refetchInterval: 5_000,
  }).data;
  return (
    <FormSection title={say("history")}>
      {changes?.length === 0 && <p className="soft">{say("noHistory")}</p>}
      <ul className={css.history}>
        {changes?.map((change) => (
          <li key={change.id}>
            <State state={change.state} />
            <span>{moment(change.at, language, true)}</span>
            <span className="soft">{change.value === null ? "" : number(change.value, language)}</span>
            <span className="soft">{change.told ? say("wasTold") : change.note}</span>
          </li>
        ))}
      </ul>
    </FormSection>
  );
}

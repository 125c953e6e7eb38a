import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../../api/errors";
import { makeTester } from "../../../api/testers";
import { useTestCommands, useTesters } from "../../../api/testing";
import { Button } from "../../../components/Button";
import { Dialog } from "../../../components/Dialog";
import { SelectField, TextField } from "../../../components/Field";
import { useKept } from "../../../components/kept";
import { Notice } from "../../../components/Notice";
import { words as reasons } from "../../../components/reasonWords";
import { toast } from "../../../components/toast";
import { useWhyNot } from "../../../components/why";
import { words as common } from "../../../components/words";
import { useSandbox } from "../../../frame/session";
import { useSay } from "../../../messages/use";
import { EventFields, useEventForm } from "./EventFields";
import { filled } from "./eventForm";
import { Choice } from "./Frame";
import css from "./Lens.module.css";
import { words } from "./words";

interface Props {
  journey: string;
  namespace: string;
  events: readonly string[];
  onClose: () => void;
}

type Values = Readonly<Record<string, unknown>>;
/** An event for a test profile: a form made of its schema, or its payload as it is. Last values are kept. */
export function TriggerDialog({ journey, namespace, events, onClose }: Props) {
  const say = useSay(words);
  const because = useSay(reasons);
  const general = useSay(common);
  const sandbox = useSandbox();
  const [kept, keep] = useKept<{ event: string; person: string; values: Record<string, Values> }>(
    `test.${sandbox}.${journey}`,
    { event: "", person: "", values: {} },
  );
  const event = events.includes(kept.event) ? kept.event : (events[0] ?? "");
  const plain = !event.includes(":");
  const form = useEventForm(plain ? event : "");
  const values = kept.values[event] ?? {};
  const [raw, setRaw] = useState<string | undefined>();
  const { trigger } = useTestCommands(journey);
  const set = (changed: Values) => keep({ values: { ...kept.values, [event]: changed } });
  const payload = raw === undefined ? undefined : parsed(raw);
  const refused = trigger.error instanceof ApiError ? trigger.error : undefined;
  const send = () =>
    trigger.mutate(
      {
        event,
        profile: kept.person,
        fields: plain && raw === undefined ? values : {},
        ...(payload ? { payload } : {}),
      },
      {
        onSuccess: () => {
          toast(say("sent", { event: eventWord(event), person: kept.person }));
          onClose();
        },
      },
    );
  const eventWord = (key: string) => {
    const [kind, name, status] = key.split(":");
    if (kind === "segment") return say(status === "exited" ? "leavesSegment" : "entersSegment", { name: name ?? "" });
    return kind === "audience" ? say("ofAudience") : key;
  };
  return (
    <Dialog
      title={say("trigger")}
      onClose={onClose}
      unsaved={raw !== undefined}
      wide
      footer={
        <>
          {form.data && raw === undefined && (
            <Button
              kind="quiet"
              onPress={() => set(Object.fromEntries(form.data.rows.map((row) => [row.path, row.sample])))}
            >
              {say("sample")}
            </Button>
          )}
          <Button onPress={onClose}>{general("cancel")}</Button>
          <Button
            kind="primary"
            why={(!kept.person && say("personFirst")) || (raw !== undefined && !payload && because("notJson"))}
            busy={trigger.isPending}
            onPress={send}
          >
            {say("send")}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        {events.length > 1 && (
          <SelectField
            label={say("event")}
            value={event}
            onChange={(next) => {
              keep({ event: next });
              setRaw(undefined);
            }}
            options={events.map((id) => ({ id, label: eventWord(id) }))}
          />
        )}
        <Person
          journey={journey}
          namespace={namespace}
          value={kept.person}
          error={refused?.field === "profile" ? refused.message : undefined}
          onChange={(person) => keep({ person })}
        />
        {form.data && (
          <Choice
            label={say("view")}
            value={raw === undefined ? "form" : "raw"}
            options={[
              ["form", say("asForm")],
              ["raw", say("asPayload")],
            ]}
            onChange={(view) =>
              setRaw(
                view === "raw" && form.data
                  ? JSON.stringify(filled(form.data.sample, values, namespace, kept.person), null, 2)
                  : undefined,
              )
            }
          />
        )}
        {form.data && raw === undefined && <EventFields rows={form.data.rows} values={values} onChange={set} />}
        {raw !== undefined && (
          <TextField
            label={say("asPayload")}
            hideLabel
            mono
            lines={16}
            value={raw}
            onChange={setRaw}
            error={payload ? undefined : say("notJson")}
          />
        )}
        {form.error && <Notice kind="error">{form.error.message}</Notice>}
        {refused && refused.field !== "profile" && <Notice kind="error">{refused.message}</Notice>}
        {trigger.error && !refused && <Notice kind="error">{trigger.error.message}</Notice>}
        <p className="soft">{say("realEvent")}</p>
      </div>
    </Dialog>
  );
}

const NEW = "+";

interface PersonProps {
  journey: string;
  namespace: string;
  value: string;
  error: string | undefined;
  onChange: (id: string) => void;
}

/** Chooses a test profile, or makes one. */
function Person({ journey, namespace, value, error, onChange }: PersonProps) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const mayNotMake = useWhyNot("manage-configuration");
  const mayMake = !mayNotMake;
  const because = useSay(reasons);
  const query = useTesters(journey);
  const [making, setMaking] = useState(false);
  const [id, setId] = useState("");
  const [failure, setFailure] = useState("");
  const there = query.data?.profiles ?? [];
  const ids = there.map((each) => each.id);
  const make = async () => {
    setFailure("");
    try {
      await makeTester(sandbox, journey, namespace, id.trim());
      await queries.invalidateQueries({ queryKey: ["testers", sandbox, journey] });
      onChange(id.trim());
      setMaking(false);
    } catch (trouble) {
      setFailure(trouble instanceof Error ? trouble.message : String(trouble));
    }
  };
  const asking = making || (query.data !== undefined && there.length === 0);
  return (
    <>
      {there.length > 0 && (
        <SelectField
          label={say("testProfile", { namespace })}
          value={making ? NEW : ids.includes(value) ? value : null}
          error={error}
          placeholder={say("chooseProfile")}
          onChange={(chosen) => {
            setMaking(chosen === NEW);
            if (chosen !== NEW) onChange(chosen);
          }}
          options={[
            ...there.map((each) => ({
              id: each.id,
              label: each.id,
              detail: Object.keys(each.attributes).length ? JSON.stringify(each.attributes).slice(0, 80) : undefined,
            })),
            ...(mayMake ? [{ id: NEW, label: say("newProfile") }] : []),
          ]}
        />
      )}
      {asking && (
        <div className={css.form}>
          {there.length === 0 && <p className="soft">{say("noProfiles")}</p>}
          <TextField
            label={say("profileId", { namespace })}
            value={id}
            onChange={setId}
            error={failure || undefined}
            placeholder="test-1"
            isReadOnly={!mayMake}
          />
          <Button why={mayNotMake || (!id.trim() && because("needsId"))} onPress={() => void make()}>
            {say("makeProfile")}
          </Button>
        </div>
      )}
    </>
  );
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

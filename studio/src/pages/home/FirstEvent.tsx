import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { useState } from "react";
import { ask } from "../../api/client";
import { useDocuments } from "../../api/documents";
import { useJourney } from "../../api/journeys";
import { Button } from "../../components/Button";
import { TextField } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { useMay, useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { EventFields, useEventForm } from "../designer/lenses/EventFields";
import { filled } from "../designer/lenses/eventForm";
import css from "./Home.module.css";
import { words } from "./words";

/** The first event of a published journey, sent from here: whoever it is about enters. */
export function FirstEvent({ journey }: { journey: string }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const may = useMay("manage-configuration");
  const { document } = useJourney(journey).data ?? {};
  const event = String(document?.activities[document.start]?.event ?? "");
  const namespace = (useDocuments<{ name: string; namespace?: string }>("events").data ?? []).find(
    (each) => each.name === event,
  )?.namespace;
  const form = useEventForm(event).data;
  const [person, setPerson] = useState("customer-1");
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>({});
  const send = useMutation({
    mutationFn: async () => {
      const payload = filled(form?.sample ?? {}, values, namespace ?? "", person);
      return (
        await ask<{ matches: boolean }>("POST", `/api/events/${encodeURIComponent(event)}/send`, {
          sandbox,
          body: { payload },
        })
      ).body;
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["report", sandbox, journey] }),
  });
  if (!form || !may) {
    return (
      <Link to="/journeys/$name" params={{ name: journey }}>
        {say("watch")}
      </Link>
    );
  }
  return (
    <form
      className={css.event}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (person.trim()) send.mutate();
      }}
    >
      {Boolean(form.sample.identityMap) && (
        <TextField label={say("customer", { namespace: namespace ?? "" })} value={person} onChange={setPerson} />
      )}
      <EventFields rows={form.rows} values={values} onChange={setValues} />
      <Button kind="primary" type="submit" icon={Send} why={!person.trim() && because("needsId")} busy={send.isPending}>
        {say("sendFirst", { event })}
      </Button>
      {send.error && <Notice kind="error">{send.error.message}</Notice>}
      {send.data && (
        <Notice kind={send.data.matches ? "info" : "warning"}>{say(send.data.matches ? "onTheWay" : "noMatch")}</Notice>
      )}
    </form>
  );
}

import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useDocuments } from "../../api/documents";
import { useJourneyCommands } from "../../api/journeys";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { SelectField, TextField } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { words as common } from "../../components/words";
import { useSay } from "../../messages/use";
import { words } from "./words";

interface EventDocument {
  name: string;
  description?: string;
  namespace?: string | null;
}

const NAME = /^[A-Za-z][A-Za-z0-9_ .-]*$/;

/** Asks for a name and for the event that begins the new journey, and opens it. */
export function NewJourney({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const say = useSay(words);
  const cancel = useSay(common)("cancel");
  const navigate = useNavigate();
  const { save } = useJourneyCommands();
  const events = useDocuments<EventDocument>("events").data;
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const event = events?.find((each) => each.name === (chosen ?? events[0]?.name));
  const problem = !name.trim()
    ? say("nameMissing")
    : taken.includes(name.trim())
      ? say("nameTaken")
      : NAME.test(name.trim())
        ? undefined
        : say("nameBad");
  const create = async (submitted: FormEvent) => {
    submitted.preventDefault();
    setTried(true);
    if (problem || !event) return;
    await save.mutateAsync({
      name: name.trim(),
      ...(event.namespace ? { namespace: event.namespace } : {}),
      start: "start",
      activities: { start: { type: "event", event: event.name } },
    });
    await navigate({ to: "/journeys/$name", params: { name: name.trim() } });
  };
  return (
    <Dialog
      title={say("newTitle")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{cancel}</Button>
          <Button kind="primary" type="submit" form="new-journey" isDisabled={save.isPending || !events?.length}>
            {say("create")}
          </Button>
        </>
      }
    >
      <form
        id="new-journey"
        onSubmit={(submitted) => void create(submitted).catch(() => undefined)}
        style={{ display: "grid", gap: 16 }}
      >
        <TextField
          label={say("newName")}
          value={name}
          onChange={setName}
          help={say("nameHelp")}
          error={tried ? problem : undefined}
          autoFocus
        />
        {events?.length === 0 ? (
          <Notice kind="info">{say("noEvents")}</Notice>
        ) : (
          <SelectField
            label={say("newEvent")}
            value={event?.name ?? null}
            onChange={setChosen}
            options={(events ?? []).map((each) => ({ id: each.name, label: each.name, detail: each.description }))}
          />
        )}
        {save.error && <Notice kind="error">{save.error.message}</Notice>}
      </form>
    </Dialog>
  );
}

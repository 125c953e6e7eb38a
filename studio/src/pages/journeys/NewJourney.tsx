import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useDocuments } from "../../api/documents";
import { useJourneyCommands } from "../../api/journeys";
import { freeName } from "../../api/listing";
import { useNamespaces } from "../../api/profiles";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { SelectField, TextField } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { words as common } from "../../components/words";
import type { Activity } from "../../document/types";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

interface EventDocument {
  name: string;
  description?: string;
  namespace?: string | null;
  /** Of a business event there is nobody to enter. */
  about?: string;
}

const NAME = /^[A-Za-z가-힣][A-Za-z가-힣0-9_ .-]*$/;
const ENTRIES = ["byEvent", "bySegment", "byAudience"] as const;

/** Asks for a name and for how customers enter the new journey, and opens it. */
export function NewJourney({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const cancel = useSay(common)("cancel");
  const navigate = useNavigate();
  const sandbox = useSandbox();
  const { save } = useJourneyCommands();
  const [entry, setEntry] = useState<(typeof ENTRIES)[number]>("byEvent");
  const events = useDocuments<EventDocument>("events").data?.filter((each) => each.about !== "business");
  const segments = useDocuments<{ name: string; description?: string }>("segments").data;
  const namespaces = useNamespaces();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [space, setSpace] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [taken, setTaken] = useState<string | undefined>();
  const there = entry === "byEvent" ? events : segments;
  const named = there?.find((each) => each.name === chosen) ?? there?.[0];
  const namespace = space ?? namespaces[0] ?? null;
  const problem = !name.trim()
    ? say("nameMissing")
    : taken === name.trim()
      ? say("nameTaken")
      : NAME.test(name.trim())
        ? undefined
        : say("nameBad");
  const start = (): { activity: Activity; namespace: string | null | undefined } => {
    if (entry === "byEvent") {
      return {
        activity: { type: "event", event: named?.name },
        namespace: (named as EventDocument | undefined)?.namespace,
      };
    }
    const type = entry === "bySegment" ? "segmentQualification" : "readAudience";
    return { activity: { type, segment: named?.name }, namespace };
  };
  const create = async (submitted: FormEvent) => {
    submitted.preventDefault();
    setTried(true);
    const wanted = name.trim();
    if (problem || !named) return;
    if ((await freeName(sandbox, wanted)) !== wanted) {
      setTaken(wanted);
      return;
    }
    const first = start();
    await save.mutateAsync({
      name: wanted,
      ...(first.namespace ? { namespace: first.namespace } : {}),
      start: "start",
      activities: { start: first.activity },
    });
    await navigate({ to: "/journeys/$name", params: { name: wanted } });
  };
  return (
    <Dialog
      title={say("newTitle")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{cancel}</Button>
          <Button
            kind="primary"
            type="submit"
            form="new-journey"
            why={there !== undefined && !named && say(entry === "byEvent" ? "noEvents" : "noSegments")}
            busy={save.isPending}
          >
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
        <SelectField
          label={say("newEntry")}
          value={entry}
          onChange={(next) => {
            setEntry(next as typeof entry);
            setChosen(null);
          }}
          options={ENTRIES.map((id) => ({ id, label: say(id), detail: say(`${id}Text`) }))}
        />
        {there?.length === 0 ? (
          <Notice kind="info">{say(entry === "byEvent" ? "noEvents" : "noSegments")}</Notice>
        ) : (
          <SelectField
            label={say(entry === "byEvent" ? "newEvent" : "newSegment")}
            value={named?.name ?? null}
            onChange={setChosen}
            options={(there ?? []).map((each) => ({ id: each.name, label: each.name, detail: each.description }))}
          />
        )}
        {entry !== "byEvent" && (
          <SelectField
            label={say("newNamespace")}
            value={namespace}
            onChange={setSpace}
            options={namespaces.map((id) => ({ id, label: id }))}
          />
        )}
        {save.error && <Notice kind="error">{save.error.message}</Notice>}
      </form>
    </Dialog>
  );
}

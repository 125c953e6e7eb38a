import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, get } from "../../api/client";
import { Button } from "../../components/Button";
import { TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import type { Editing } from "../../configuration/editing";
import { useMay, useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { type EventDocument, leavesOf, withLeaf } from "./document";
import css from "./Events.module.css";
import { usePreview } from "./PayloadView";
import { words } from "./words";

interface Sent {
  id: string;
  matches: boolean;
  key: string | null;
}

interface Explained {
  state: "unseen" | "gone" | "imported" | "pending" | "processed";
  lines: string[];
}

type Payload = Record<string, unknown>;

/** Sends the event for real, and tells what came of it. */
export function TestEvent({ editing }: { editing: Editing<EventDocument> }) {
  const say = useSay(words);
  const query = usePreview(editing.document.name);
  return (
    <>
      <p className="soft">{say("testHelp")}</p>
      {editing.dirty && <Notice kind="info">{say("saveFirst")}</Notice>}
      <Loaded query={query}>
        {(preview) => <Sending event={editing.document} sample={preview.request.body.body.xdmEntity} />}
      </Loaded>
    </>
  );
}

/** Filled in when it is sent. */
const OWN = new Set(["_id", "timestamp"]);
/** Who it is about, in a namespace. */
const CUSTOMER = /^identityMap\.(.+)\.0\.id$/;

/** The values to fill in: first who it is about, without what else an identity has. */
function fieldsOf(payload: Payload): readonly (readonly [string, unknown])[] {
  const leaves = leavesOf(payload).filter(([path]) => !OWN.has(path));
  const about = leaves.filter(([path]) => CUSTOMER.test(path));
  return [...about, ...leaves.filter(([path]) => !path.startsWith("identityMap."))];
}

function Sending({ event, sample }: { event: EventDocument; sample: Payload }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const mayExplain = useMay("read-reports");
  const [payload, setPayload] = useState(sample);
  const [code, setCode] = useState<string | undefined>();
  const send = useMutation({
    mutationFn: async (given: Payload) =>
      (
        await ask<Sent>("POST", `/api/events/${encodeURIComponent(event.name)}/send`, {
          sandbox,
          body: { payload: given },
        })
      ).body,
  });
  const id = send.data?.id;
  const came = useQuery({
    queryKey: ["explained", sandbox, id],
    queryFn: () => get<Explained>(`/api/events/${id}/explain`, sandbox),
    enabled: id !== undefined && mayExplain,
    refetchInterval: ({ state }) => (state.data?.state === "processed" ? false : 600),
  });
  const read = code === undefined ? payload : parsed(code);
  return (
    <>
      <FormSection
        title={say("payload")}
        actions={
          <>
            <Button
              kind="quiet"
              onPress={() => {
                setPayload(sample);
                setCode(undefined);
              }}
            >
              {say("reset")}
            </Button>
            <Button
              kind="quiet"
              why={!read && because("notJson")}
              onPress={() => {
                if (read) setPayload(read);
                setCode(code === undefined ? JSON.stringify(payload, null, 2) : undefined);
              }}
            >
              {say(code === undefined ? "codeView" : "formView")}
            </Button>
          </>
        }
      >
        {code === undefined ? (
          <div className={css.leaves}>
            {fieldsOf(payload).map(([path, value]) => (
              <Leaf
                key={path}
                path={path}
                value={value}
                onChange={(next) => setPayload(withLeaf(payload, path.split("."), next) as Payload)}
              />
            ))}
          </div>
        ) : (
          <TextField label={say("payload")} hideLabel mono lines={16} value={code} onChange={setCode} />
        )}
      </FormSection>
      <div>
        <Button
          kind="primary"
          why={!read && because("notJson")}
          busy={send.isPending}
          onPress={() => read && send.mutate(read)}
        >
          {say("send")}
        </Button>
      </div>
      {send.error && <Notice kind="error">{send.error.message}</Notice>}
      {send.data && (
        <Notice kind={send.data.matches ? "good" : "warning"}>
          {say("sent")}{" "}
          {send.data.matches
            ? send.data.key === null
              ? say("isBusiness")
              : say("isEvent", { key: send.data.key })
            : say("isNot")}
        </Notice>
      )}
      {send.data && mayExplain && (
        <FormSection title={say("came")}>
          {came.data?.state === "processed" ? (
            <ul className={css.came}>
              {came.data.lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          ) : (
            <p className="soft" aria-busy="true">
              {say("waiting")}
            </p>
          )}
        </FormSection>
      )}
    </>
  );
}

/** A value of the payload, kept in its type. */
function Leaf({ path, value, onChange }: { path: string; value: unknown; onChange: (value: unknown) => void }) {
  const say = useSay(words);
  const [text, setText] = useState(typeof value === "string" ? value : JSON.stringify(value));
  const namespace = CUSTOMER.exec(path)?.[1];
  return (
    <TextField
      label={namespace === undefined ? path : say("customer", { namespace })}
      value={text}
      onChange={(next) => {
        setText(next);
        onChange(typeof value === "string" ? next : (jsonOf(next) ?? next));
      }}
    />
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsed(text: string): Payload | undefined {
  const found = jsonOf(text);
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Payload) : undefined;
}

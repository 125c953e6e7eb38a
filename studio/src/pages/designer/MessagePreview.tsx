import { useQuery } from "@tanstack/react-query";
import { useContext, useMemo } from "react";
import { ask } from "../../api/client";
import type { components } from "../../api/schema";
import { Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { filled, partsOf } from "../../document/template";
import type { Activity } from "../../document/types";
import { useOfferedFields } from "../../expression/fields";
import { eventsOf, useExamples } from "../../expression/TryOut";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { Pane } from "./fields/context";
import { useFieldWord } from "./fields/names";
import css from "./MessagePreview.module.css";
import { words } from "./words";

const PARTS = ["subject", "title", "text", "html", "url"] as const;

/** A message as somebody would get it, of an example of each event that comes before. */
export function MessagePreview({ activity, onClose }: { activity: Activity; onClose: () => void }) {
  const say = useSay(words);
  const word = useFieldWord();
  const { journey, activity: id } = useContext(Pane);
  const sight = useMemo(() => ({ journey, activity: id }), [journey, id]);
  const payloads = useExamples(eventsOf(useOfferedFields(sight)));
  const parts = PARTS.filter((part) => typeof activity[part] === "string" && activity[part] !== "");
  return (
    <Dialog title={say("preview")} onClose={onClose} wide>
      <p className="soft">{say("previewText")}</p>
      {parts.map((part) => (
        <section key={part} className={css.part} aria-label={word(part)}>
          <h3>{word(part)}</h3>
          <Part source={String(activity[part])} html={part === "html"} sight={sight} payloads={payloads} />
        </section>
      ))}
      {parts.length === 0 && <Notice kind="info">{say("previewEmpty")}</Notice>}
    </Dialog>
  );
}

interface PartProps {
  source: string;
  html: boolean;
  sight: { journey: string; activity: string | undefined };
  payloads: Readonly<Record<string, unknown>>;
}

function Part({ source, html, sight, payloads }: PartProps) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const parts = useMemo(() => partsOf(source), [source]);
  const values = useQuery({
    queryKey: ["preview", sandbox, sight, payloads, parts],
    queryFn: () =>
      Promise.all(
        (parts?.expressions ?? []).map(async (text) => {
          const body = { ...sight, use: "parameter", text: `toString(${text})`, payloads };
          const asked = ask<components["schemas"]["Outcome"]>("POST", "/api/expressions/try", { sandbox, body });
          const plain = () =>
            ask<components["schemas"]["Outcome"]>("POST", "/api/expressions/try", { sandbox, body: { ...body, text } });
          const { body: found } = await asked.catch(plain);
          const none = found.value === null || found.value === undefined || found.value === "";
          return none && found.empty?.[0] ? `{${found.empty[0].split(".").at(-1)}}` : String(found.value ?? "");
        }),
      ),
    retry: false,
  });
  if (!parts) return <Notice kind="error">{say("unclosed")}</Notice>;
  if (values.error) return <Notice kind="error">{values.error.message}</Notice>;
  const text = filled(parts.texts, values.data ?? [], html);
  if (!html) return <p className={css.text}>{text}</p>;
  return <iframe title="HTML" sandbox="" srcDoc={text} className={css.html} />;
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../api/client";
import { CodeBlock } from "../../components/CodeBlock";
import { SelectField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { PropertyList } from "../../components/PropertyList";
import type { Editing } from "../../configuration/editing";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import type { EventDocument } from "./document";
import { words } from "./words";

export interface Preview {
  text: string;
  matches: boolean;
  request: { method: string; url: string; body: { body: { xdmEntity: Record<string, unknown> } } };
}

const FORMATS = { json: "JSON", curl: "curl", python: "Python", javascript: "JavaScript" } as const;

export function usePreview(name: string, format: keyof typeof FORMATS = "json") {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["events", sandbox, "payload", name, format],
    queryFn: () => get<Preview>(`/api/events/${encodeURIComponent(name)}/payload?format=${format}`, sandbox),
  });
}

/** What to send so that the event happens, as JSON or as a program. */
export function PayloadView({ editing }: { editing: Editing<EventDocument> }) {
  const say = useSay(words);
  const [format, setFormat] = useState<keyof typeof FORMATS>("json");
  const query = usePreview(editing.document.name, format);
  return (
    <>
      <p className="soft">{say("payloadHelp")}</p>
      {editing.dirty && <Notice kind="info">{say("saveFirst")}</Notice>}
      <SelectField
        label={say("format")}
        value={format}
        onChange={(next) => setFormat(next as keyof typeof FORMATS)}
        options={Object.entries(FORMATS).map(([id, label]) => ({ id, label }))}
      />
      <Loaded query={query}>
        {({ text, matches, request }) => (
          <>
            <PropertyList items={[[say("address"), <code key="url">{`${request.method} ${request.url}`}</code>]]} />
            {!matches && <Notice kind="warning">{say("noMatch")}</Notice>}
            <CodeBlock label={`${say("payload")}, ${FORMATS[format]}`} text={text} rows={36} />
          </>
        )}
      </Loaded>
    </>
  );
}

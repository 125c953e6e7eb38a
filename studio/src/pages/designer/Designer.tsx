import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ask, get } from "../../api/client";
import { type Journey, journeyPath } from "../../api/journeys";
import type { Finding } from "../../api/types";
import { Loaded } from "../../components/Loaded";
import { useTitle } from "../../components/Page";
import type { JourneyDocument } from "../../document/types";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";
import { Editor, type Remote } from "./editor";
import { Workbench } from "./Workbench";

interface Opened {
  journey: Journey;
  tag: string;
  findings: readonly Finding[];
}

/** The designer of one journey. */
export default function Designer() {
  const { name } = useParams({ from: "/journeys/$name" });
  const sandbox = useSandbox();
  const language = useLanguage();
  useTitle(name);
  const query = useQuery({
    queryKey: ["journey", sandbox, name, "opened", language],
    queryFn: async (): Promise<Opened> => {
      const { body, etag } = await ask<Journey>("GET", journeyPath(name), { sandbox });
      const findings = await get<Finding[]>(`${journeyPath(name)}/findings`, sandbox);
      return { journey: body, tag: etag ?? "", findings };
    },
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  return (
    <Loaded query={query}>
      {(opened) => <Editing key={`${sandbox} ${name} ${language}`} opened={opened} sandbox={sandbox} />}
    </Loaded>
  );
}

/** Keeps one editor for as long as the journey is open. */
function Editing({ opened, sandbox }: { opened: Opened; sandbox: string }) {
  const { name } = opened.journey;
  const queries = useQueryClient();
  const [editor] = useState(() => {
    const remote: Remote = {
      read: async () => {
        const { body, etag } = await ask<Journey>("GET", journeyPath(name), { sandbox });
        return { body: body.document, etag };
      },
      write: async (document: JourneyDocument, tag: string) => {
        const options = { sandbox, body: document, ifMatch: tag };
        const { body, etag } = await ask<{ findings: Finding[] }>("PUT", journeyPath(name), options);
        void queries.invalidateQueries({ queryKey: ["journey", sandbox, name, "state"] });
        return { body: body.findings, etag };
      },
    };
    return new Editor(opened.journey.document, opened.tag, opened.findings, remote);
  });
  useEffect(() => editor.close, [editor]);
  const state = useQuery({
    queryKey: ["journey", sandbox, name, "state"],
    queryFn: () => get<Journey>(journeyPath(name), sandbox),
    refetchInterval: 3000,
    initialData: opened.journey,
  });
  return <Workbench journey={state.data} editor={editor} />;
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ask, get } from "../../api/client";
import { type Journey, journeyPath } from "../../api/journeys";
import type { Finding } from "../../api/types";
import { Loaded } from "../../components/Loaded";
import { useTitle } from "../../components/Page";
import { toast } from "../../components/toast";
import type { JourneyDocument } from "../../document/types";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { Editor, type Remote } from "./editor";
import { Workbench } from "./Workbench";
import { words } from "./words";

interface Opened {
  journey: Journey;
  tag: string;
  findings: readonly Finding[];
  /** There is a newer version, which alone can be changed. */
  older?: boolean;
}

/** The designer of one journey, or of a version of it that can only be read. */
export default function Designer() {
  const { name } = useParams({ from: "/journeys/$name" });
  const { version } = useSearch({ from: "/journeys/$name" });
  const sandbox = useSandbox();
  const language = useLanguage();
  useTitle(name);
  const query = useQuery({
    queryKey: ["journey", sandbox, name, "opened", language, version],
    queryFn: async (): Promise<Opened> => {
      const [{ body, etag }, findings] = await Promise.all([
        ask<Journey>("GET", journeyPath(name), { sandbox }),
        get<Finding[]>(`${journeyPath(name)}/findings`, sandbox),
      ]);
      if (version !== undefined && version !== body.versions.at(-1)?.version) {
        const document = await get<JourneyDocument>(`${journeyPath(name)}/versions/${version}`, sandbox);
        const upTo = body.versions.filter((each) => each.version <= version);
        return { journey: { ...body, document, versions: upTo }, tag: "", findings: [], older: true };
      }
      return { journey: body, tag: etag ?? "", findings };
    },
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  return (
    <Loaded query={query}>
      {(opened) => <Editing key={`${sandbox} ${name} ${language} ${version}`} opened={opened} sandbox={sandbox} />}
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
      findings: () => get<Finding[]>(`${journeyPath(name)}/findings`, sandbox),
    };
    return new Editor(opened.journey.document, opened.tag, opened.findings, remote);
  });
  useEffect(() => editor.close, [editor]);
  const say = useSay(words);
  const older = opened.older ?? false;
  const state = useQuery({
    queryKey: ["journey", sandbox, name, "state"],
    queryFn: async () => {
      const asked = editor.saved;
      const { body, etag } = await ask<Journey>("GET", journeyPath(name), { sandbox });
      if (editor.follow(body.document, etag ?? asked, asked))
        toast(say("followed", { name: body.versions.at(-1)?.changedBy ?? "-" }));
      return body;
    },
    refetchInterval: 3000,
    initialData: opened.journey,
    enabled: !older,
  });
  return <Workbench journey={older ? opened.journey : state.data} editor={editor} older={older} />;
}

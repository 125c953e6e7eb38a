import { Link } from "@tanstack/react-router";
import { Copy, Download, OctagonX, Trash2 } from "lucide-react";
import { useJourney, useJourneyCommands } from "../../api/journeys";
import { freeName } from "../../api/listing";
import { IconButton } from "../../components/Button";
import { Loaded } from "../../components/Loaded";
import { Status } from "../../components/Status";
import { toast } from "../../components/toast";
import { useWhyNot } from "../../components/why";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";
import { who } from "../../frame/who";
import { useSay } from "../../messages/use";
import { when } from "./columns";
import type { Halting } from "./HaltDialog";
import css from "./Journeys.module.css";
import { useExport } from "./transfer";
import { words } from "./words";

/** All versions of a journey, the newest first: each opened, copied, stopped and deleted by itself. */
export function Versions({ name, onHalt }: { name: string; onHalt: (halting: Halting) => void }) {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const { duplicate } = useJourneyCommands();
  const exported = useExport();
  const mayNot = useWhyNot("manage-journeys");
  const mayNotPublish = useWhyNot("publish-journeys");
  const copy = async (version: number) => {
    const free = await freeName(sandbox, say("copyOf", { name }));
    await duplicate.mutateAsync({ name, copy: free, version });
    toast(say("duplicated", { name: free }));
  };
  return (
    <Loaded query={useJourney(name)}>
      {({ versions }) => (
        <ul className={css.versions} aria-label={say("versionsOf", { name })}>
          {[...versions].reverse().map(({ version, status, uid, changedAt, publishedAt, publishedBy }) => (
            <li key={version}>
              <Link to="/journeys/$name" params={{ name }} search={{ version }}>
                {say("versionOf", { version })}
              </Link>
              <Status status={status} />
              <span className="soft">
                {publishedAt
                  ? say("publishedThen", { when: when(publishedAt, language), who: who(publishedBy, language) })
                  : say("changedThen", { when: when(changedAt, language) })}
              </span>
              <span>
                <IconButton
                  label={say("duplicate")}
                  icon={Copy}
                  why={mayNot}
                  onPress={() => void copy(version).catch((error: Error) => toast(error.message))}
                />
                <IconButton label={say("export")} icon={Download} onPress={() => void exported([{ name, uid }])} />
                <IconButton
                  label={say("stop")}
                  icon={OctagonX}
                  why={mayNotPublish || (!["live", "closed"].includes(status) && say("notRunning"))}
                  onPress={() => onHalt({ names: [name], verb: "stop", version })}
                />
                <IconButton
                  label={say("delete")}
                  icon={Trash2}
                  why={mayNot || (!["draft", "finished", "stopped"].includes(status) && say("stillRuns"))}
                  onPress={() => onHalt({ names: [name], verb: "delete", version })}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

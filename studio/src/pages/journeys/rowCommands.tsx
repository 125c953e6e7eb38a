import { useNavigate } from "@tanstack/react-router";
import { BarChart3, CirclePause, Copy, Download, OctagonX, Trash2 } from "lucide-react";
import { useJourneyCommands } from "../../api/journeys";
import { freeName, type ListedVersion } from "../../api/listing";
import type { Item, Section } from "../../components/Menu";
import { toast } from "../../components/toast";
import { useWhyNot } from "../../components/why";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import type { Halting } from "./HaltDialog";
import { allowed } from "./state";
import { useExport } from "./transfer";
import { words } from "./words";

const HALTS = [
  ["close", CirclePause],
  ["stop", OctagonX],
  ["delete", Trash2],
] as const;

/** What a journey is not, of which it cannot be done. */
const UNFIT = { close: "notLive", stop: "notRunning", delete: "stillRuns" } as const;

/** What is known of a journey where its commands are: its name, a version's uid, the statuses of all versions. */
type Row = Pick<ListedVersion, "name" | "uid" | "versions">;

/**
 * The commands of a journey, and of several. What the state forbids stays visible, greyed. `onCopied` is told where a
 * duplicate does not show by itself.
 */
export function useRowCommands(onHalt: (halting: Halting) => void, onCopied?: (name: string) => void) {
  const say = useSay(words);
  const navigate = useNavigate();
  const sandbox = useSandbox();
  const { duplicate } = useJourneyCommands();
  const exported = useExport();
  const mayNot = useWhyNot("manage-journeys");
  const mayNotPublish = useWhyNot("publish-journeys");
  const copy = async (name: string) => {
    const free = await freeName(sandbox, say("copyOf", { name }));
    await duplicate.mutateAsync({ name, copy: free });
    toast(say("duplicated", { name: free }));
    onCopied?.(free);
  };
  const why = (verb: Halting["verb"], { versions }: Row) =>
    (verb === "delete" ? mayNot : mayNotPublish) || (!allowed(versions)[verb] && say(UNFIT[verb]));
  const ofRow = (row: Row): Section[] => [
    {
      items: [
        {
          id: "report",
          label: say("report"),
          icon: BarChart3,
          onAction: () => void navigate({ to: "/journeys/$name/report", params: { name: row.name } }),
        },
        {
          id: "duplicate",
          label: say("duplicate"),
          icon: Copy,
          why: mayNot,
          onAction: () => void copy(row.name).catch((error: Error) => toast(error.message)),
        },
        { id: "export", label: say("export"), icon: Download, onAction: () => void exported([row]) },
      ],
    },
    {
      items: HALTS.map(([verb, icon]) => ({
        id: verb,
        label: say(verb),
        icon,
        danger: verb !== "close",
        why: why(verb, row),
        onAction: () => onHalt({ names: [row.name], verb }),
      })),
    },
  ];
  const ofSeveral = (rows: readonly Row[]): readonly Item[] => [
    { id: "export", label: say("export"), icon: Download, onAction: () => void exported(rows) },
    ...HALTS.map(([verb, icon]) => {
      const fit = rows.filter((row) => !why(verb, row));
      return {
        id: verb,
        label: fit.length === rows.length ? say(verb) : say("ofThem", { verb: say(verb), count: fit.length }),
        icon,
        why: fit.length === 0 && rows[0] && why(verb, rows[0]),
        onAction: () => onHalt({ names: fit.map((row) => row.name), verb }),
      };
    }),
  ];
  return { ofRow, ofSeveral };
}

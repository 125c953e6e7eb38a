import { useState } from "react";
import { useJourneyCommands, useReport } from "../../api/journeys";
import { useInside } from "../../api/listing";
import { Confirm } from "../../components/Dialog";
import { toast } from "../../components/toast";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

export interface Halting {
  names: readonly string[];
  verb: "close" | "stop" | "delete";
  /** Of the only journey, this version alone. */
  version?: number;
}

interface Props {
  halting: Halting;
  onClose: () => void;
  onDone?: () => void;
}

const DONE = { close: "closed", stop: "stopped", delete: "deleted" } as const;
const ALL_DONE = { close: "allClosed", stop: "allStopped", delete: "allDeleted" } as const;

/** Asks before journeys are closed, stopped or deleted, and says what will happen to how many people. */
export function HaltDialog({ halting, onClose, onDone }: Props) {
  const { names, verb, version } = halting;
  const say = useSay(words);
  const { move, remove } = useJourneyCommands();
  const [failed, setFailed] = useState<readonly string[]>([]);
  const [done, setDone] = useState(0);
  const [busy, setBusy] = useState(false);
  const mayCount = useMay("read-reports");
  const [first = ""] = names;
  const alone = names.length === 1;
  const report = useReport(first, mayCount && alone && verb !== "delete").data;
  const all = useInside(names, mayCount && !alone && verb !== "delete");
  const here = version === undefined ? report : report?.versions.find((each) => each.version === version);
  const inside = alone ? here?.current : all;
  const confirm = async () => {
    setBusy(true);
    const refusals: string[] = [];
    for (const name of names) {
      try {
        if (verb === "delete") await remove.mutateAsync({ name, version });
        else await move.mutateAsync({ name, verb, version });
      } catch (error) {
        refusals.push(alone ? (error as Error).message : `${name}: ${(error as Error).message}`);
      }
      setDone((count) => count + 1);
    }
    setBusy(false);
    setFailed(refusals);
    if (refusals.length) return;
    toast(alone ? say(DONE[verb], { name: first }) : say(ALL_DONE[verb], { count: names.length }));
    onDone?.();
    onClose();
  };
  const title = alone
    ? version === undefined
      ? say(`${verb}Title`, { name: first })
      : say(verb === "delete" ? "deleteVersionTitle" : "stopVersionTitle", { name: first, version })
    : say(`${verb}AllTitle`, { count: names.length });
  return (
    <Confirm
      title={title}
      verb={say(verb)}
      danger={verb !== "close"}
      pending={busy || failed.length > 0}
      error={failed.length ? failed.join(" ") : undefined}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {verb === "delete"
          ? say(version === undefined ? "deleteText" : "deleteVersionText")
          : inside === undefined
            ? say(`${verb}Unknown`)
            : say(`${verb}Text`, { count: inside })}
      </p>
      {!alone && <p className="soft">{names.join(", ")}</p>}
      {!alone && busy && <p role="status">{say("halfDone", { done, count: names.length })}</p>}
    </Confirm>
  );
}

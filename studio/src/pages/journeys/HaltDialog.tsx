import { useJourneyCommands, useReport } from "../../api/journeys";
import { Confirm } from "../../components/Dialog";
import { toast } from "../../components/toast";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

export interface Halting {
  name: string;
  verb: "close" | "stop" | "delete";
}

const DONE = { close: "closed", stop: "stopped", delete: "deleted" } as const;

/** Asks before a journey is closed, stopped or deleted, and says what will happen to how many people. */
export function HaltDialog({ halting: { name, verb }, onClose }: { halting: Halting; onClose: () => void }) {
  const say = useSay(words);
  const { move, remove } = useJourneyCommands();
  const inside = useReport(name, useMay("read-reports")).data?.current ?? 0;
  const error = move.error ?? remove.error;
  const confirm = async () => {
    if (verb === "delete") await remove.mutateAsync(name);
    else await move.mutateAsync({ name, verb });
    toast(say(DONE[verb], { name }));
    onClose();
  };
  return (
    <Confirm
      title={say(`${verb}Title`, { name })}
      verb={say(verb)}
      danger={verb !== "close"}
      pending={move.isPending || remove.isPending}
      error={error?.message}
      onConfirm={() => void confirm().catch(() => undefined)}
      onClose={onClose}
    >
      <p>{verb === "delete" ? say("deleteText") : say(`${verb}Text`, { count: inside })}</p>
    </Confirm>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get } from "../../api/client";
import { useReport } from "../../api/journeys";
import type { Listed } from "../../api/listing";
import { Loaded } from "../../components/Loaded";
import { Page } from "../../components/Page";
import { useMay, useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { FirstSteps } from "./FirstSteps";
import { Overview } from "./Overview";
import { words } from "./words";

const SHOWN = 8;

/** Some journeys of a sandbox by their status, the newest first, and how many there are of each status. */
function useSome(statuses: readonly string[]) {
  const sandbox = useSandbox();
  const query = new URLSearchParams({ version: "folded", size: String(SHOWN), sort: "-createdAt" });
  for (const status of statuses) query.append("status", status);
  return useQuery({
    queryKey: ["journeys", sandbox, "home", query.toString()],
    queryFn: ({ signal }) => get<Listed>(`/api/journey-versions?${query}`, sandbox, signal),
    refetchInterval: 5_000,
  });
}

/** For a newcomer the way to a first journey; for others what runs and what needs them. */
export default function Home() {
  const running = useSome(["live", "closed", "stopping"]);
  const drafts = useSome(["draft", "test", "activatingTest", "deactivatingTest"]);
  return (
    <Loaded query={running}>
      {(live) => <Loaded query={drafts}>{(made) => <Either running={live} drafts={made} />}</Loaded>}
    </Loaded>
  );
}

/** Whether nothing has run yet: until the only journey has its first customer, one is led there. */
function Either({ running, drafts }: { running: Listed; drafts: Listed }) {
  const say = useSay(words);
  const mayReport = useMay("read-reports");
  const [only] = running.items;
  const single = running.matching === 1 && running.total - drafts.matching === 1 ? only?.name : undefined;
  const report = useReport(single ?? "", single !== undefined && mayReport).data;
  const begins = running.total === drafts.matching || (single !== undefined && report?.entered === 0);
  const [led, setLed] = useState(begins);
  useEffect(() => {
    if (begins) setLed(true);
  }, [begins]);
  if (led) {
    return (
      <Page title={say("hello")}>
        <FirstSteps draft={drafts.items[0]?.name} published={single} entered={report?.entered ?? 0} />
      </Page>
    );
  }
  return (
    <Page title={say("hello")} lead={say("leadRunning")}>
      <Overview running={running.items} drafts={drafts.items} />
    </Page>
  );
}

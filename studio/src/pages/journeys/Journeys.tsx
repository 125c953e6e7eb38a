import { useNavigate, useSearch } from "@tanstack/react-router";
import { FileUp, Plus, Workflow } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { type Listed, USES, useEntered, useListedJourneys } from "../../api/listing";
import { Button } from "../../components/Button";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { type List, useList } from "../../components/list";
import { Page } from "../../components/Page";
import { Table } from "../../components/Table";
import { useWhyNot } from "../../components/why";
import { useCommands } from "../../frame/commands";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { useColumns } from "./columns";
import { useFilters } from "./filters";
import { HaltDialog, type Halting } from "./HaltDialog";
import { ImportDialog } from "./ImportDialog";
import { NewJourney } from "./NewJourney";
import { useRowCommands } from "./rowCommands";
import { Versions } from "./Versions";
import { words } from "./words";

/** The list of all journeys. */
export default function Journeys() {
  const say = useSay(words);
  const list = useList("journeys", { sorting: { column: "changedAt", down: true } });
  useAskedUse(list);
  const query = useListedJourneys(list);
  const [creating, setCreating] = useState(false);
  const [importing, setImporting] = useState(false);
  const [halting, setHalting] = useState<Halting | null>(null);
  const mayNot = useWhyNot("manage-journeys");
  useCommands(
    !mayNot
      ? [
          { id: "create", label: say("create"), keys: "c", run: () => setCreating(true) },
          { id: "import", label: say("import"), run: () => setImporting(true) },
        ]
      : [],
  );
  const create = (
    <Button kind="primary" icon={Plus} onPress={() => setCreating(true)} why={mayNot}>
      {say("create")}
    </Button>
  );
  const bringIn = (
    <Button icon={FileUp} onPress={() => setImporting(true)} why={mayNot}>
      {say("import")}
    </Button>
  );
  return (
    <Page
      title={say("title")}
      lead={say("lead")}
      actions={
        query.data?.total ? (
          <>
            {bringIn}
            {create}
          </>
        ) : null
      }
    >
      <Loaded query={query}>
        {(listed) => (
          <JourneyTable
            list={list}
            listed={listed}
            onHalt={setHalting}
            empty={
              <Empty
                title={say("emptyTitle")}
                picture={<Workflow size={56} strokeWidth={1.25} />}
                action={
                  <>
                    {create} {bringIn}
                  </>
                }
              >
                {say("emptyText")}
              </Empty>
            }
          />
        )}
      </Loaded>
      {creating && <NewJourney onClose={() => setCreating(false)} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {halting && <HaltDialog halting={halting} onClose={() => setHalting(null)} />}
    </Page>
  );
}

/** Whoever comes by a link from a document ("used in three journeys") sees those journeys. */
function useAskedUse(list: List): void {
  const { uses } = useSearch({ from: "/journeys" });
  const navigate = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each address
  useEffect(() => {
    const [kind = "", name] = uses?.split(/:(.*)/) ?? [];
    if (!name || !USES.some((each) => each === kind)) return;
    list.look({ filters: { [kind]: [name] } });
    void navigate({ to: "/journeys", replace: true });
  }, [uses]);
}

interface TableProps {
  list: List;
  listed: Listed;
  onHalt: (halting: Halting) => void;
  empty: React.ReactNode;
}

function JourneyTable({ list, listed, onHalt, empty }: TableProps) {
  const say = useSay(words);
  const names = useMemo(() => listed.items.map((row) => row.name), [listed.items]);
  const entered = useEntered(names, useMay("read-reports"));
  const commands = useRowCommands(onHalt);
  return (
    <Table
      list={list}
      label={say("title")}
      rows={listed.items}
      served={listed}
      columns={useColumns(entered)}
      rowId={(row) => row.name}
      filters={useFilters(listed, list.panel)}
      actions={commands.ofRow}
      bulk={commands.ofSeveral}
      favourites
      inside={(row) => (row.versions.length > 1 ? () => <Versions name={row.name} onHalt={onHalt} /> : undefined)}
      empty={empty}
    />
  );
}

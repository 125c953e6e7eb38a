import { Link, useNavigate } from "@tanstack/react-router";
import { BarChart3, CirclePause, Copy, OctagonX, Plus, Trash2, Workflow } from "lucide-react";
import { useState } from "react";
import { useJourneyCommands, useJourneys } from "../../api/journeys";
import type { JourneyStatus, ListedJourney } from "../../api/types";
import { Button } from "../../components/Button";
import { Empty } from "../../components/Empty";
import { SelectField } from "../../components/Field";
import { useKept } from "../../components/kept";
import { Loaded } from "../../components/Loaded";
import type { Section } from "../../components/Menu";
import { Page } from "../../components/Page";
import { Status, useStatusWord } from "../../components/Status";
import { type Column, Table } from "../../components/Table";
import { toast } from "../../components/toast";
import { useCommands } from "../../frame/commands";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { type Language, moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { HaltDialog, type Halting } from "./HaltDialog";
import css from "./Journeys.module.css";
import { NewJourney } from "./NewJourney";
import { allowed, freeName, shownVersion } from "./state";
import { words } from "./words";

/** The list of all journeys. */
export default function Journeys() {
  const say = useSay(words);
  const query = useJourneys();
  const [creating, setCreating] = useState(false);
  const [halting, setHalting] = useState<Halting | null>(null);
  const mayManage = useMay("manage-journeys");
  useCommands(mayManage ? [{ id: "create", label: say("create"), keys: "c", run: () => setCreating(true) }] : []);
  const create = (
    <Button kind="primary" icon={Plus} onPress={() => setCreating(true)} isDisabled={!mayManage}>
      {say("create")}
    </Button>
  );
  return (
    <Page title={say("title")} lead={say("lead")} actions={query.data?.length ? create : null}>
      <Loaded query={query}>
        {(journeys) => (
          <JourneyTable
            journeys={journeys}
            onHalt={setHalting}
            empty={
              <Empty title={say("emptyTitle")} picture={<Workflow size={56} strokeWidth={1.25} />} action={create}>
                {say("emptyText")}
              </Empty>
            }
          />
        )}
      </Loaded>
      {creating && (
        <NewJourney taken={(query.data ?? []).map((each) => each.name)} onClose={() => setCreating(false)} />
      )}
      {halting && <HaltDialog halting={halting} onClose={() => setHalting(null)} />}
    </Page>
  );
}

interface TableProps {
  journeys: readonly ListedJourney[];
  onHalt: (halting: Halting) => void;
  empty: React.ReactNode;
}

const STATUSES: readonly JourneyStatus[] = ["draft", "live", "closed", "stopped", "finished"];

/** Columns of moments, each with who it was; those that are hidden at first last. */
const MOMENTS = [
  ["changed", "changedAt", "changedBy", false],
  ["published", "publishedAt", "publishedBy", false],
  ["created", "createdAt", "createdBy", true],
] as const;

function when(epochMs: number | null | undefined, language: Language): string {
  return epochMs ? moment(epochMs, language, true) : "-";
}

function JourneyTable({ journeys, onHalt, empty }: TableProps) {
  const say = useSay(words);
  const language = useLanguage();
  const word = useStatusWord();
  const [kept, keep] = useKept("journeys.filters", { status: "all" });
  const actions = useActions(journeys, onHalt);
  const rows = journeys.filter((each) => kept.status === "all" || each.versions.some((v) => v.status === kept.status));
  const columns: Column<ListedJourney>[] = [
    {
      id: "name",
      label: say("name"),
      fixed: true,
      sort: (row) => row.name,
      cell: (row) => (
        <Link to="/journeys/$name" params={{ name: row.name }} className={css.name ?? ""}>
          {row.name}
        </Link>
      ),
    },
    {
      id: "status",
      label: say("status"),
      sort: (row) => shownVersion(row)?.status ?? null,
      cell: (row) => <Status status={shownVersion(row)?.status ?? "draft"} />,
    },
    {
      id: "version",
      label: say("version"),
      cell: (row) => (
        <>
          {say("versionLatest", { version: shownVersion(row)?.version ?? 1 })}
          {row.versions.length > 1 && (
            <span className={css.older}>{say("older", { count: row.versions.length - 1 })}</span>
          )}
        </>
      ),
    },
    ...MOMENTS.flatMap(([id, at, by, extra]): Column<ListedJourney>[] => [
      {
        id,
        label: say(id),
        extra,
        sort: (row) => row.versions.at(-1)?.[at] ?? null,
        cell: (row) => when(row.versions.at(-1)?.[at], language),
      },
      {
        id: `${id}By`,
        label: say(`${id}By`),
        extra,
        sort: (row) => row.versions.at(-1)?.[by] ?? null,
        cell: (row) => row.versions.at(-1)?.[by] ?? "-",
      },
    ]),
  ];
  return (
    <Table
      name="journeys"
      label={say("title")}
      rows={rows}
      columns={columns}
      rowId={(row) => row.name}
      text={(row) => row.name}
      sorting={{ column: "changed", down: true }}
      actions={actions}
      filtered={{ total: journeys.length, onClear: () => keep({ status: "all" }) }}
      filters={
        <div className={css.filter}>
          <SelectField
            label={say("status")}
            hideLabel
            value={kept.status}
            onChange={(status) => keep({ status })}
            options={[
              { id: "all", label: say("allStatuses") },
              ...STATUSES.map((status) => ({ id: status, label: word(status) })),
            ]}
          />
        </div>
      }
      empty={empty}
    />
  );
}

/** The commands of a row. What the state forbids stays visible, greyed. */
function useActions(
  journeys: readonly ListedJourney[],
  onHalt: TableProps["onHalt"],
): (row: ListedJourney) => Section[] {
  const say = useSay(words);
  const navigate = useNavigate();
  const { duplicate } = useJourneyCommands();
  const mayManage = useMay("manage-journeys");
  const mayPublish = useMay("publish-journeys");
  const copy = async (name: string) => {
    const taken = journeys.map((each) => each.name);
    const free = freeName(say("copyOf", { name }), taken);
    await duplicate.mutateAsync({ name, copy: free });
    toast(say("duplicated", { name: free }));
  };
  return (row) => {
    const may = allowed(row);
    return [
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
            disabled: !mayManage,
            onAction: () => void copy(row.name),
          },
        ],
      },
      {
        items: [
          {
            id: "close",
            label: say("close"),
            icon: CirclePause,
            disabled: !mayPublish || !may.close,
            onAction: () => onHalt({ name: row.name, verb: "close" }),
          },
          {
            id: "stop",
            label: say("stop"),
            icon: OctagonX,
            danger: true,
            disabled: !mayPublish || !may.stop,
            onAction: () => onHalt({ name: row.name, verb: "stop" }),
          },
          {
            id: "delete",
            label: say("delete"),
            icon: Trash2,
            danger: true,
            disabled: !mayManage || !may.remove,
            onAction: () => onHalt({ name: row.name, verb: "delete" }),
          },
        ],
      },
    ];
  };
}

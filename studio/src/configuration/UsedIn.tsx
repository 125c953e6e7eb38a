import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { get } from "../api/client";
import type { Folder } from "../api/documents";
import type { JourneyStatus } from "../api/types";
import { Loaded } from "../components/Loaded";
import { Status } from "../components/Status";
import { useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import css from "./DocumentPanel.module.css";
import { documentPath } from "./editing";
import { words } from "./words";

export interface Use {
  kind: string;
  name: string;
  version: number | null;
  status: string | null;
}

export interface Uses {
  count: number;
  uses: readonly Use[];
}

/** The documents and journey versions that stand on a document. */
export function useUses(folder: Folder, name: string | undefined) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: [folder, sandbox, "uses", name],
    queryFn: () => get<Uses>(`${documentPath(folder, name ?? "")}/used-in`, sandbox),
    enabled: name !== undefined,
  });
}

/** Where a kind of document has its page. */
const PAGES = {
  schema: "/configuration/schemas/$name",
  fieldgroup: "/configuration/fieldgroups/$name",
  class: "/configuration/classes/$name",
  datatype: "/configuration/datatypes/$name",
  namespace: "/configuration/namespaces/$name",
  dataset: "/configuration/datasets/$name",
  channel: "/configuration/channels/$name",
  ruleset: "/configuration/rulesets/$name",
  segment: "/segments/$name",
  event: "/configuration/events/$name",
  source: "/configuration/sources/$name",
  action: "/configuration/actions/$name",
} as const;

export function UsedIn({ query }: { query: UseQueryResult<Uses> }) {
  const say = useSay(words);
  return (
    <Loaded query={query}>
      {({ uses }) => (uses.length === 0 ? <p className="soft">{say("nobody")}</p> : <UseList uses={uses} />)}
    </Loaded>
  );
}

export function UseList({ uses }: { uses: readonly Use[] }) {
  const say = useSay(words);
  return (
    <ul className={css.uses}>
      {uses.map((use) => (
        <li key={`${use.kind} ${use.name} ${use.version}`}>
          <small>{use.kind in words ? (say as (key: string) => string)(use.kind) : use.kind}</small>
          <UseLink use={use} />
          {use.version !== null && <span className="soft">{say("version", { version: use.version })}</span>}
          <span>{use.status && <Status status={statusOf(use.status)} />}</span>
        </li>
      ))}
    </ul>
  );
}

function UseLink({ use }: { use: Use }) {
  const search = ({ sandbox }: { sandbox?: string | undefined }) => ({ sandbox });
  if (use.kind === "journey") {
    return (
      <Link to="/journeys/$name" params={{ name: use.name }} search={search}>
        {use.name}
      </Link>
    );
  }
  const page = PAGES[use.kind as keyof typeof PAGES];
  if (!page) return <span>{use.name}</span>;
  return (
    <Link to={page} params={{ name: use.name }} search={search}>
      {use.name}
    </Link>
  );
}

/** What was asked of a version, as its status. */
function statusOf(asked: string): JourneyStatus {
  return asked === "published" ? "live" : (asked as JourneyStatus);
}

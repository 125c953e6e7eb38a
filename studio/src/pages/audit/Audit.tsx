import { Download, ScrollText } from "lucide-react";
import { type Audited, useAudit, useAudited, useUsers } from "../../api/access";
import { IconButton } from "../../components/Button";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import { Details } from "../../components/Details";
import { Loaded } from "../../components/Loaded";
import { useList } from "../../components/list";
import { Menu } from "../../components/Menu";
import { type Filter, periodOf, type Values } from "../../components/rows";
import { type Column, endlessOf } from "../../components/Table";
import { useLanguage } from "../../frame/preferences";
import { useSandboxes } from "../../frame/session";
import { who } from "../../frame/who";
import { when } from "../../messages/text";
import { useSay } from "../../messages/use";
import { useActionWords } from "./actions";
import { Change } from "./Change";
import { words as kinds } from "./kindWords";
import { words } from "./words";

const PATH = "/admin/audit";

/** The filters as the server takes them. */
function queryOf(values: Values, search: string): string {
  const query = new URLSearchParams();
  for (const id of ["actor", "action", "sandbox"]) for (const value of values[id] ?? []) query.append(id, value);
  if (search.trim()) query.set("text", search.trim());
  const { from, to } = periodOf(values.period ?? [], Math.floor(Date.now() / 60_000) * 60_000);
  if (from !== undefined) query.set("since", new Date(from).toISOString());
  if (to !== undefined) query.set("until", new Date(to).toISOString());
  return query.toString();
}

/** Who changed what. */
export default function Audit() {
  const say = useSay(words);
  const language = useLanguage();
  const { said, kindOf } = useActionWords();
  const list = useList(PATH, { sorting: { column: "at", down: true } });
  const filters = queryOf(list.view.filters, list.search);
  const found = useAudit(filters);
  const users = useUsers().data ?? [];
  const sandboxes = useSandboxes().data ?? [];
  const opened = useOpened(PATH);
  const rows = found.data?.pages.flatMap((page) => page.entries);
  const columns: Column<Audited>[] = [
    { id: "action", label: say("action"), cell: (row) => said(row.action) },
    { id: "name", label: say("name"), cell: (row) => row.name },
    { id: "actor", label: say("actor"), cell: (row) => who(row.actor, language) },
    { id: "sandbox", label: say("sandbox"), cell: (row) => row.sandbox ?? "-" },
  ];
  const narrowing: readonly Filter<Audited>[] = [
    {
      id: "actor",
      label: say("actor"),
      kind: "choice",
      options: [...users.map((user) => user.name), "local", "system"].map((id) => ({ id, label: who(id, language) })),
    },
    {
      id: "action",
      label: say("action"),
      kind: "choice",
      options: Object.keys(kinds).map((id) => ({ id, label: kindOf(id) })),
    },
    {
      id: "sandbox",
      label: say("sandbox"),
      kind: "choice",
      options: sandboxes.map(({ name }) => ({ id: name, label: name })),
    },
    { id: "period", label: say("period"), kind: "period" },
  ];
  const take = (format: "csv" | "jsonl") => location.assign(`/api/audit/export?format=${format}&${filters}`);
  return (
    <CatalogPage<Audited>
      path={PATH}
      opened={opened}
      words={words}
      icon={ScrollText}
      query={{ ...found, data: rows }}
      served={{ list, endless: endlessOf(found) }}
      rowId={(row) => row.id}
      rowName={(row) => (opened.name ? `${said(row.action)} ${row.name}` : when(row.at, language))}
      nameLabel={say(opened.name ? "change" : "at")}
      columns={columns}
      filters={narrowing}
      commands={
        <Menu
          label={say("export")}
          trigger={<IconButton label={say("export")} icon={Download} />}
          sections={[
            {
              title: say("exportHelp"),
              items: [
                { id: "csv", label: say("asCsv"), onAction: () => take("csv") },
                { id: "jsonl", label: say("asLines"), onAction: () => take("jsonl") },
              ],
            },
          ]}
        />
      }
    >
      {opened.name && <One id={opened.name} onClose={opened.close} />}
    </CatalogPage>
  );
}

function One({ id, onClose }: { id: string; onClose: () => void }) {
  const say = useSay(words);
  const { said } = useActionWords();
  const query = useAudited(id);
  const title = query.data ? said(query.data.action) : say("change");
  return (
    <Details kind={say("change")} title={title} onClose={onClose}>
      <Loaded query={query}>{(entry) => (entry ? <Change entry={entry} /> : <p>{say("gone")}</p>)}</Loaded>
    </Details>
  );
}

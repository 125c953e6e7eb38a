import { RotateCcw, ShieldAlert, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Aside, settle, useAside, useQuarantine } from "../../api/access";
import { useChange } from "../../api/change";
import { Button } from "../../components/Button";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import { CodeBlock } from "../../components/CodeBlock";
import { Details } from "../../components/Details";
import { Confirm } from "../../components/Dialog";
import { FormSection } from "../../components/FormSection";
import { useList, useRested } from "../../components/list";
import { PropertyList } from "../../components/PropertyList";
import type { Filter, Values } from "../../components/rows";
import { type Column, endlessOf } from "../../components/Table";
import { toast } from "../../components/toast";
import { useLanguage } from "../../frame/preferences";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { words } from "./words";

const PATH = "/admin/quarantine";
const CHOICES = ["journey", "reason", "sandbox"] as const;

/** The filters as the server takes them. */
function queryOf(values: Values, search: string): string {
  const query = new URLSearchParams();
  for (const id of CHOICES) for (const value of values[id] ?? []) query.append(id, value);
  if (search.trim()) query.set("text", search.trim());
  return query.toString();
}

interface Asked {
  items: readonly number[];
  verb: "retry" | "drop";
}

/** What was set aside. */
export default function Quarantine() {
  const say = useSay(words);
  const language = useLanguage();
  const list = useList(PATH, { sorting: { column: "at", down: false } });
  const found = useQuarantine(queryOf(list.view.filters, useRested(list.search)));
  const rows = found.data?.pages.flat();
  const opened = useOpened(PATH);
  const [asked, setAsked] = useState<Asked | undefined>();
  const one = useAside(opened.name);
  const shown = one.data ?? undefined;
  const kind = (row: Aside) => (row.kind in words ? say(row.kind as "event") : row.kind);
  const called = (row: Aside) => say("number", { kind: kind(row), id: String(row.id) });
  const columns: Column<Aside>[] = [
    { id: "reason", label: say("reason"), cell: (row) => <code>{row.reason}</code> },
    { id: "journey", label: say("journey"), cell: (row) => row.journey ?? "-" },
    { id: "person", label: say("person"), cell: (row) => row.person || "-" },
    { id: "sandbox", label: say("sandbox"), cell: (row) => row.sandbox },
    { id: "at", label: say("at"), cell: (row) => moment(row.at, language, true) },
  ];
  const choice = (id: (typeof CHOICES)[number]): Filter<Aside> => ({
    id,
    label: say(id),
    kind: "choice",
    options: [...new Set([...(list.view.filters[id] ?? []), ...(rows ?? []).map((row) => row[id] ?? "")])]
      .filter(Boolean)
      .map((each) => ({ id: each, label: each })),
  });
  const commands = (items: readonly number[]) => [
    { id: "retry", label: say("retry"), icon: RotateCcw, onAction: () => setAsked({ items, verb: "retry" }) },
    { id: "drop", label: say("drop"), icon: Trash2, danger: true, onAction: () => setAsked({ items, verb: "drop" }) },
  ];
  return (
    <>
      <CatalogPage
        path={PATH}
        opened={opened}
        words={words}
        icon={ShieldAlert}
        query={{ ...found, data: rows }}
        served={{ list, endless: endlessOf(found) }}
        rowId={(row) => String(row.id)}
        rowName={called}
        nameLabel={say("item")}
        columns={columns}
        filters={CHOICES.map(choice)}
        actions={(row) => [{ items: commands([row.id]) }]}
        bulk={(rows) => commands(rows.map((row) => row.id))}
      >
        {opened.name && (
          <Details
            kind={say("item")}
            title={shown ? called(shown) : opened.name}
            onClose={opened.close}
            footer={
              shown && (
                <>
                  <Button icon={Trash2} onPress={() => setAsked({ items: [shown.id], verb: "drop" })}>
                    {say("drop")}
                  </Button>
                  <Button
                    kind="primary"
                    icon={RotateCcw}
                    onPress={() => setAsked({ items: [shown.id], verb: "retry" })}
                  >
                    {say("retry")}
                  </Button>
                </>
              )
            }
          >
            {shown ? (
              <>
                <PropertyList
                  items={[
                    [say("what"), kind(shown)],
                    [say("reason"), <code key="reason">{shown.reason}</code>],
                    [say("journey"), shown.journey],
                    [say("person"), shown.person],
                    [say("sandbox"), shown.sandbox],
                    [say("at"), moment(shown.at, language, true)],
                  ]}
                />
                <FormSection title={say("payload")}>
                  <CodeBlock label={say("payload")} text={pretty(shown.payload)} />
                </FormSection>
              </>
            ) : (
              !one.isLoading && <p>{say("gone")}</p>
            )}
          </Details>
        )}
      </CatalogPage>
      {asked && (
        <Settle
          {...asked}
          onClose={() => setAsked(undefined)}
          onDone={() => asked.items.includes(Number(opened.name)) && opened.close()} // it is not here any more
        />
      )}
    </>
  );
}

function Settle({ items, verb, onClose, onDone }: Asked & { onClose: () => void; onDone: () => void }) {
  const say = useSay(words);
  const change = useChange(settle);
  const count = items.length;
  return (
    <Confirm
      title={say(`${verb}Title`, { count })}
      verb={say(verb)}
      danger={verb === "drop"}
      pending={change.isPending}
      error={change.error?.message}
      onConfirm={() =>
        change.mutate(
          { items, verb },
          {
            onSuccess: () => {
              toast(say(verb === "retry" ? "retried" : "dropped", { count }));
              onClose();
              onDone();
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>{say(`${verb}Text`)}</p>
    </Confirm>
  );
}

/** JSON in lines; what is none as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

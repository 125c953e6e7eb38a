import { RotateCcw, ShieldAlert, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Aside, settle, useQuarantine } from "../../api/access";
import { useChange } from "../../api/change";
import { Button } from "../../components/Button";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import { CodeBlock } from "../../components/CodeBlock";
import { Details } from "../../components/Details";
import { Confirm } from "../../components/Dialog";
import { FormSection } from "../../components/FormSection";
import { PropertyList } from "../../components/PropertyList";
import type { Filter } from "../../components/rows";
import type { Column } from "../../components/Table";
import { toast } from "../../components/toast";
import { useLanguage } from "../../frame/preferences";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { words } from "./words";

const PATH = "/admin/quarantine";
const MOST = 1_000;

interface Asked {
  items: readonly number[];
  verb: "retry" | "drop";
}

/** What was set aside. */
export default function Quarantine() {
  const say = useSay(words);
  const language = useLanguage();
  const query = useQuarantine();
  const opened = useOpened(PATH);
  const [asked, setAsked] = useState<Asked | undefined>();
  const shown = query.data?.find((each) => String(each.id) === opened.name);
  const kind = (row: Aside) => (row.kind in words ? say(row.kind as "event") : row.kind);
  const called = (row: Aside) => say("number", { kind: kind(row), id: String(row.id) });
  const columns: Column<Aside>[] = [
    { id: "reason", label: say("reason"), sort: (row) => row.reason, cell: (row) => <code>{row.reason}</code> },
    { id: "journey", label: say("journey"), sort: (row) => row.journey, cell: (row) => row.journey ?? "-" },
    { id: "person", label: say("person"), sort: (row) => row.person, cell: (row) => row.person || "-" },
    { id: "sandbox", label: say("sandbox"), sort: (row) => row.sandbox, cell: (row) => row.sandbox },
    { id: "at", label: say("at"), sort: (row) => row.at, cell: (row) => moment(row.at, language, true) },
  ];
  const choice = (id: string, label: string, of: (row: Aside) => string | null): Filter<Aside> => ({
    id,
    label,
    kind: "choice",
    options: [...new Set(query.data?.map(of))].flatMap((each) => (each ? [{ id: each, label: each }] : [])),
    of: (row) => [of(row) ?? ""],
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
        note={query.data?.length === MOST ? say("first", { count: MOST }) : undefined}
        icon={ShieldAlert}
        query={query}
        rowId={(row) => String(row.id)}
        rowName={called}
        text={(row) => `${row.reason} ${row.journey ?? ""} ${row.person} ${row.payload}`}
        nameLabel={say("item")}
        sorting={{ column: "at", down: true }}
        columns={columns}
        filters={[
          choice("journey", say("journey"), (row) => row.journey),
          choice("reason", say("reason"), (row) => row.reason),
          choice("sandbox", say("sandbox"), (row) => row.sandbox),
        ]}
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
              <p>{say("gone")}</p>
            )}
          </Details>
        )}
      </CatalogPage>
      {asked && <Settle {...asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function Settle({ items, verb, onClose }: Asked & { onClose: () => void }) {
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

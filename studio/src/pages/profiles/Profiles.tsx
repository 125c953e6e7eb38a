import { Link, useNavigate } from "@tanstack/react-router";
import { ContactRound, FileUp, Filter as FilterIcon } from "lucide-react";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { type FoundProfile, useNamespaces, useProfiles } from "../../api/profiles";
import { useEstimate } from "../../api/segments";
import { Button } from "../../components/Button";
import { Empty } from "../../components/Empty";
import { SelectField, TextField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { useList, useRested } from "../../components/list";
import { Page } from "../../components/Page";
import { words as reasons } from "../../components/reasonWords";
import type { Filter } from "../../components/rows";
import { type Column, endlessOf, Table } from "../../components/Table";
import { expressionWords } from "../../document/reading";
import { Estimate } from "../../expression/Estimate";
import { useLanguage } from "../../frame/preferences";
import { useSay } from "../../messages/use";
import { leavesOf } from "./attributes";
import { ImportDialog } from "./ImportDialog";
import css from "./Profiles.module.css";
import { words } from "./words";

const ExpressionDialog = lazy(() => import("../../expression/ExpressionDialog"));
const SIGHT = { segment: true } as const;

/** Profiles: looked for by identity, by what stands in them, by a condition. */
export default function Profiles() {
  const say = useSay(words);
  const list = useList("profiles", { sorting: { column: "person", down: false } });
  const text = useRested(list.search.trim(), 300);
  const test = list.view.filters.test?.includes("test") ?? false;
  const found = useProfiles(text, test);
  const [importing, setImporting] = useState(false);
  const [asking, setAsking] = useState(false);
  const [condition, setCondition] = useState("");
  const rows = found.data?.pages.flatMap((page) => page.profiles);
  const columns: Column<FoundProfile>[] = [
    { id: "person", label: say("person"), fixed: true, cell: (row) => <Person profile={row} /> },
    {
      id: "identities",
      label: say("identities"),
      cell: (row) => row.identities.map(({ namespace, id }) => `${namespace} ${id}`).join(", "),
    },
    { id: "attributes", label: say("attributes"), cell: (row) => <Summary profile={row} /> },
  ];
  const filters: readonly Filter<FoundProfile>[] = [
    { id: "test", label: say("testProfile"), kind: "choice", options: [{ id: "test", label: say("onlyTest") }] },
  ];
  const bringIn = (
    <Button icon={FileUp} onPress={() => setImporting(true)}>
      {say("import")}
    </Button>
  );
  return (
    <Page
      title={say("title")}
      lead={say("lead")}
      actions={
        <>
          <Button icon={FilterIcon} onPress={() => setAsking(true)}>
            {say("condition")}
          </Button>
          {bringIn}
        </>
      }
    >
      <FindByIdentity usual={rows?.[0]?.identities[0]?.namespace} />
      {condition && <Result condition={condition} onChange={() => setAsking(true)} onClose={() => setCondition("")} />}
      <Loaded query={{ ...found, data: rows }}>
        {(profiles: readonly FoundProfile[]) => (
          <Table
            list={list}
            label={say("title")}
            rows={profiles}
            endless={endlessOf(found)}
            columns={columns}
            filters={filters}
            rowId={(row) => row.identities[0]?.id ?? ""}
            empty={
              <Empty title={say("emptyTitle")} picture={<ContactRound size={56} strokeWidth={1.25} />} action={bringIn}>
                {say("emptyText")}
              </Empty>
            }
          />
        )}
      </Loaded>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {asking && (
        <Suspense>
          <ExpressionDialog
            label={say("condition")}
            sight={SIGHT}
            use="condition"
            text={condition}
            onClose={() => setAsking(false)}
            onSave={(next) => {
              setCondition(next);
              setAsking(false);
            }}
          />
        </Suspense>
      )}
    </Page>
  );
}

function Person({ profile }: { profile: FoundProfile }) {
  const say = useSay(words);
  const [first] = profile.identities;
  if (!first) return null;
  const { namespace = "", id = "" } = first;
  return (
    <span>
      <Link to="/profiles/$namespace/$id" params={{ namespace, id }} className={css.name ?? ""}>
        {id}
      </Link>
      {profile.testProfile && <span className={css.mark}>{say("testProfile")}</span>}
    </span>
  );
}

const SHOWN = 3;

function Summary({ profile }: { profile: FoundProfile }) {
  return (
    <span className={css.summary}>
      {leavesOf(profile.attributes)
        .slice(0, SHOWN)
        .map(({ path, value }) => (
          <span key={path.join(".")}>
            <small>{path.at(-1)}</small> {value}
          </span>
        ))}
    </span>
  );
}

/** `usual` is the namespace to begin with. */
function FindByIdentity({ usual }: { usual: string | undefined }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const navigate = useNavigate();
  const namespaces = useNamespaces();
  const [namespace, setNamespace] = useState<string | null>(null);
  const [id, setId] = useState("");
  const space = namespace ?? usual ?? namespaces[0] ?? null;
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (space && id.trim()) {
      void navigate({ to: "/profiles/$namespace/$id", params: { namespace: space, id: id.trim() } });
    }
  };
  return (
    <form onSubmit={open} aria-label={say("find")} className={css.find}>
      <SelectField
        label={say("namespace")}
        value={space}
        onChange={setNamespace}
        options={namespaces.map((each) => ({ id: each, label: each }))}
      />
      <TextField label={say("id")} value={id} onChange={setId} />
      <Button type="submit" why={!id.trim() && because("needsId")}>
        {say("open")}
      </Button>
    </form>
  );
}

interface ResultProps {
  condition: string;
  onChange: () => void;
  onClose: () => void;
}

/** Who meets a condition: how many, and some of them. */
function Result({ condition, onChange, onClose }: ResultProps) {
  const say = useSay(words);
  const language = useLanguage();
  const examples = useEstimate(condition, true).data?.examples ?? [];
  return (
    <section aria-label={say("conditionTitle")} className={css.result}>
      <header>
        <h2>{expressionWords(condition, language)}</h2>
        <div>
          <Button kind="quiet" onPress={onChange}>
            {say("condition")}
          </Button>
          <Button kind="quiet" onPress={onClose}>
            {say("closeResult")}
          </Button>
        </div>
      </header>
      <Estimate definition={condition} />
      {examples.length > 0 && (
        <ul className={css.people} aria-label={say("examples")}>
          {examples.map(([first]) =>
            first ? (
              <li key={`${first.namespace} ${first.id}`}>
                <Link to="/profiles/$namespace/$id" params={{ namespace: first.namespace ?? "", id: first.id ?? "" }}>
                  {first.id}
                </Link>
              </li>
            ) : null,
          )}
        </ul>
      )}
    </section>
  );
}

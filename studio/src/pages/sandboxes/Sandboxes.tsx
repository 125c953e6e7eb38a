import { useQuery } from "@tanstack/react-query";
import { Boxes, Trash2 } from "lucide-react";
import { type CSSProperties, useState } from "react";
import { words as shared } from "../../administration/words";
import { useChange } from "../../api/change";
import { ask, get } from "../../api/client";
import { refusalOf } from "../../api/errors";
import type { Sandbox } from "../../api/types";
import { IconButton } from "../../components/Button";
import { CatalogPage, type Opened, useOpened } from "../../components/CatalogPage";
import { ChoiceField } from "../../components/ChoiceField";
import { TextField } from "../../components/Field";
import { FormDetails } from "../../components/FormDetails";
import { FormSection } from "../../components/FormSection";
import { Removal } from "../../components/Removal";
import { words as reasons } from "../../components/reasonWords";
import type { Column } from "../../components/Table";
import { toast } from "../../components/toast";
import { COLOURS, DEFAULT_SANDBOX, hueOf, useSandbox, useSandboxes, useSwitchSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import css from "./Sandboxes.module.css";
import { words } from "./words";

const PATH = "/admin/sandboxes";
const BLANK: Sandbox = { name: "", kind: "development", colour: "" };
const FIELDS = ["name", "kind", "colour"] as const;

/** The sandboxes, what each is for, and its colour. */
export default function Sandboxes() {
  const say = useSay(words);
  const name = useSay(shared)("name");
  const here = useSandbox();
  const query = useSandboxes();
  const opened = useOpened(PATH);
  const switchTo = useSwitchSandbox();
  const shown = query.data?.find((each) => each.name === opened.name);
  const columns: Column<Sandbox>[] = [
    { id: "kind", label: say("kind"), sort: (row) => row.kind, cell: (row) => say(row.kind) },
    { id: "colour", label: say("colour"), cell: (row) => <Swatch sandbox={row} /> },
    { id: "here", label: say("here"), cell: (row) => (row.name === here ? say("here") : "") },
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      words={words}
      icon={Boxes}
      query={query}
      rowId={(row) => row.name}
      nameLabel={name}
      columns={columns}
      actions={(row) => [
        {
          items: [
            {
              id: "go",
              label: say("goThere"),
              why: row.name === here && say("isHere"),
              onAction: () => switchTo(row.name),
            },
          ],
        },
      ]}
    >
      {opened.creating && <Panel sandbox={BLANK} opened={opened} />}
      {shown && <Panel key={shown.name} sandbox={shown} opened={opened} />}
    </CatalogPage>
  );
}

function Swatch({ sandbox }: { sandbox: Sandbox }) {
  const say = useSay(words);
  return (
    <span className={css.swatch} style={{ "--hue": hueOf(sandbox) } as CSSProperties}>
      <i aria-hidden />
      {say(sandbox.colour || "own")}
    </span>
  );
}

const put = (sandbox: Sandbox) => {
  const { name, ...look } = sandbox;
  return ask("PATCH", `/api/sandboxes/${encodeURIComponent(name)}`, { body: look });
};

function Panel({ sandbox, opened }: { sandbox: Sandbox; opened: Opened }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const common = useSay(shared);
  const [draft, setDraft] = useState(sandbox);
  const isNew = sandbox.name === "";
  const save = useChange((made: Sandbox) => (isNew ? ask("POST", "/api/sandboxes", { body: made }) : put(made)));
  const [asked, setAsked] = useState(false);
  const { at, rest } = refusalOf(save.error, FIELDS);
  const submit = () => {
    const made = { ...draft, name: draft.name.trim() };
    save.mutate(made, {
      onSuccess: () => {
        toast(common("saved", { name: made.name }));
        if (isNew) opened.open(made.name);
      },
    });
  };
  return (
    <FormDetails
      kind={say("sandbox")}
      title={isNew ? say("newTitle") : sandbox.name}
      onClose={opened.close}
      actions={
        !isNew &&
        sandbox.name !== DEFAULT_SANDBOX && (
          <IconButton label={common("delete")} icon={Trash2} onPress={() => setAsked(true)} />
        )
      }
      isNew={isNew}
      why={(!draft.name.trim() && because("needsName")) || (draft === sandbox && because("nothingChanged"))}
      busy={save.isPending}
      unsaved={draft !== sandbox}
      refused={rest}
      onSubmit={submit}
      below={
        <>
          {!isNew && <Inlets sandbox={sandbox.name} />}
          {asked && <Deletion sandbox={sandbox.name} onDone={opened.close} onClose={() => setAsked(false)} />}
        </>
      }
    >
      {isNew && (
        <TextField
          label={common("name")}
          help={say("nameHelp")}
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          error={at.name}
          autoFocus
        />
      )}
      <ChoiceField
        label={say("kind")}
        value={draft.kind}
        onChange={(kind) => setDraft({ ...draft, kind })}
        options={[
          { id: "production", label: say("production"), detail: say("productionHelp") },
          { id: "development", label: say("development"), detail: say("developmentHelp") },
        ]}
        error={at.kind}
      />
      <fieldset className={css.colours}>
        <legend>{say("colour")}</legend>
        {(["", ...COLOURS] as const).map((colour) => (
          <label key={colour}>
            <input
              type="radio"
              name="colour"
              checked={draft.colour === colour}
              onChange={() => setDraft({ ...draft, colour })}
            />
            <Swatch sandbox={{ ...draft, colour }} />
          </label>
        ))}
      </fieldset>
    </FormDetails>
  );
}

const HELD = ["journeys", "inside", "documents", "profiles"] as const;
const GOING = ["inlets", "inletTokens"] as const;
type Contents = Record<(typeof HELD)[number] | (typeof GOING)[number], number>;

/** Asks before a sandbox goes, and says what is in it. */
function Deletion({ sandbox, onDone, onClose }: { sandbox: string; onDone: () => void; onClose: () => void }) {
  const say = useSay(words);
  const common = useSay(shared);
  const path = `/api/sandboxes/${encodeURIComponent(sandbox)}`;
  const contents = useQuery({
    queryKey: ["sandboxes", sandbox, "contents"],
    queryFn: () => get<Contents>(`${path}/contents`),
    enabled: (query) => query.state.data === undefined, // not again behind the deletion: there is none to ask about then
    gcTime: 0,
  }).data;
  const held = contents && HELD.some((count) => contents[count] > 0);
  return (
    <Removal
      title={say("deleteTitle", { name: sandbox })}
      verb={common("delete")}
      remove={() => ask("DELETE", path)}
      gone={common("deleted", { name: sandbox })}
      isBlocked={held !== false}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{say("deleteText")}</p>
      {contents && (
        <>
          <p>{say(held ? "holds" : "goes")}</p>
          <ul>
            {(held ? HELD : GOING).map((count) => (
              <li key={count}>
                {say(count)}: {contents[count]}
              </li>
            ))}
          </ul>
        </>
      )}
    </Removal>
  );
}

interface Inlet {
  inletId: string;
  sandbox: string;
  name: string;
  authenticated: boolean;
  url: string;
}

function Inlets({ sandbox }: { sandbox: string }) {
  const say = useSay(words);
  const inlets = useQuery({ queryKey: ["inlets"], queryFn: () => get<Inlet[]>("/api/inlets") }).data ?? [];
  return (
    <FormSection title={say("inlets")} help={say("inletsText")}>
      <ul className={css.inlets}>
        {inlets
          .filter((inlet) => inlet.sandbox === sandbox)
          .map((inlet) => (
            <li key={inlet.inletId}>
              <code>{location.origin + inlet.url}</code>
              <span className="soft">{say(inlet.authenticated ? "authenticated" : "open")}</span>
            </li>
          ))}
      </ul>
    </FormSection>
  );
}

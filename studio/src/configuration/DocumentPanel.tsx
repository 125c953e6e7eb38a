import { Ellipsis } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import type { Folder } from "../api/documents";
import { Button, IconButton } from "../components/Button";
import type { Opened } from "../components/CatalogPage";
import { CodeBlock } from "../components/CodeBlock";
import { Details } from "../components/Details";
import { TextField } from "../components/Field";
import { Loaded } from "../components/Loaded";
import { Menu } from "../components/Menu";
import { Notice } from "../components/Notice";
import { words as reasons } from "../components/reasonWords";
import { type TabOf, Tabs } from "../components/Tabs";
import { toast } from "../components/toast";
import { useLanguage } from "../frame/preferences";
import { useSay } from "../messages/use";
import { DeleteDialog, RenameDialog } from "./Dialogs";
import css from "./DocumentPanel.module.css";
import type { Draft } from "./drafts";
import { type Editing, type Named, useEditing, useOpenedDocument } from "./editing";
import { Form } from "./form";
import { placeWords } from "./placeWords";
import { UsedIn, useUses } from "./UsedIn";
import { words } from "./words";

export interface PanelProps<D extends Named> {
  folder: Folder;
  /** What sort of thing it is, and how its texts call a new one. */
  kind: string;
  newTitle: string;
  opened: Opened;
  /** A new one, before anything is written. */
  blank: D;
  taken: readonly string[];
  /** The form of the document. */
  form: (editing: Editing<D>) => ReactNode;
  /** More views besides the form; of one that is saved. */
  views?: (editing: Editing<D>) => readonly TabOf[];
  /** The document under another name, where it names itself. */
  called?: (document: D, name: string) => D;
  /** Whether its name cannot be changed. */
  fixedName?: boolean;
  /** What its name may be. */
  names?: "short" | "long" | "namespace";
}

/** A document beside its list: to look at, to change, to make. */
export function DocumentPanel<D extends Named>(props: PanelProps<D>) {
  const { opened } = props;
  if (opened.creating) return <Editor key="new" {...props} from={{ document: props.blank, tag: null }} />;
  return opened.name === undefined ? null : <Existing key={opened.name} {...props} name={opened.name} />;
}

function Existing<D extends Named>(props: PanelProps<D> & { name: string }) {
  const query = useOpenedDocument<D>(props.folder, props.name);
  return query.data ? (
    <Editor {...props} from={query.data} />
  ) : (
    <Details kind={props.kind} title={props.name} onClose={props.opened.close}>
      <Loaded query={query}>{() => null}</Loaded>
    </Details>
  );
}

function Editor<D extends Named>({ from, ...props }: PanelProps<D> & { from: Draft<D> }) {
  const { folder, kind, opened, taken } = props;
  const say = useSay(words);
  const because = useSay(reasons);
  const editing = useEditing<D>({
    folder,
    opened: from,
    taken,
    onSaved: ({ name }) => {
      toast(say("saved", { name }));
      if (from.tag === null) opened.open(name);
    },
  });
  const { document, isNew, dirty, readOnly, saving } = editing;
  const [asked, setAsked] = useState<"delete" | "rename" | undefined>();
  const context = useMemo(() => ({ readOnly, findings: editing.findings }), [readOnly, editing.findings]);
  const uses = useUses(folder, isNew ? undefined : from.document.name);
  const settings = (
    <>
      <Troubles editing={editing} onSave={(over) => void editing.save(over)} />
      {readOnly && <Notice kind="info">{say("readOnly")}</Notice>}
      <NameFields editing={editing} {...props} />
      {props.form(editing)}
    </>
  );
  const tabs: readonly TabOf[] = [
    { id: "settings", label: say("settings"), content: settings },
    ...(isNew ? [] : (props.views?.(editing) ?? [])),
    ...(isNew
      ? []
      : [
          {
            id: "used",
            label: uses.data ? say("usedInCount", { count: uses.data.count }) : say("usedIn"),
            content: <UsedIn query={uses} />,
          },
        ]),
    {
      id: "json",
      label: say("json"),
      content: <CodeBlock label={say("json")} text={JSON.stringify(document, null, 2)} rows={60} />,
    },
  ];
  return (
    <Form value={context}>
      <Details
        kind={kind}
        title={isNew ? props.newTitle : from.document.name}
        onClose={opened.close}
        actions={
          !isNew &&
          !readOnly && (
            <Menu
              label={say("more")}
              trigger={<IconButton label={say("more")} icon={Ellipsis} />}
              sections={[
                {
                  items: [
                    {
                      id: "rename",
                      label: say("rename"),
                      why: dirty ? because("saveFirst") : Boolean(props.fixedName) && say("nameFixed"),
                      onAction: () => setAsked("rename"),
                    },
                    { id: "delete", label: say("delete"), danger: true, onAction: () => setAsked("delete") },
                  ],
                },
              ]}
            />
          )
        }
        footer={
          !readOnly && (
            <>
              {dirty && !isNew && (
                <Button kind="quiet" onPress={editing.discard}>
                  {say("discard")}
                </Button>
              )}
              {isNew && (
                <Button
                  onPress={() => {
                    editing.discard();
                    opened.close();
                  }}
                >
                  {say("cancel")}
                </Button>
              )}
              <Button
                kind="primary"
                why={!(dirty || isNew) && because("nothingChanged")}
                busy={saving}
                onPress={() => void editing.save()}
              >
                {say("save")}
              </Button>
            </>
          )
        }
      >
        <Tabs label={kind} tabs={tabs} />
      </Details>
      {asked === "delete" && (
        <DeleteDialog
          folder={folder}
          name={from.document.name}
          uses={uses}
          onClose={() => setAsked(undefined)}
          onDone={opened.close}
        />
      )}
      {asked === "rename" && (
        <RenameDialog
          folder={folder}
          name={from.document.name}
          onClose={() => setAsked(undefined)}
          onDone={opened.open}
        />
      )}
    </Form>
  );
}

function NameFields<D extends Named>({ editing, names = "short", called }: PanelProps<D> & { editing: Editing<D> }) {
  const say = useSay(words);
  const { document, isNew, readOnly, findings, change } = editing;
  const description = (document as { description?: string }).description;
  return (
    <>
      {isNew && (
        <TextField
          label={say("name")}
          help={say(`${names}NameHelp`)}
          value={document.name}
          onChange={(name) => change(called ? called(document, name) : ({ name } as Partial<D>))}
          error={findings.find((each) => each.field === "name")?.message}
          autoFocus
        />
      )}
      <TextField
        label={say("description")}
        value={description ?? ""}
        onChange={(text) => change({ description: text || undefined } as unknown as Partial<D>)}
        isReadOnly={readOnly}
        lines={2}
      />
    </>
  );
}

/** Why it is not saved, with what to do; and what is to be known of it. */
function Troubles<D extends Named>({ editing, onSave }: { editing: Editing<D>; onSave: (over?: boolean) => void }) {
  const say = useSay(words);
  const language = useLanguage();
  const { trouble, findings, discard } = editing;
  const errors = findings.filter((each) => each.severity === "error");
  const warnings = findings.filter((each) => each.severity === "warning");
  return (
    <>
      {trouble?.kind === "lost" && (
        <Notice kind="warning" action={<Button onPress={() => onSave()}>{say("again")}</Button>}>
          {say("lost")}
        </Notice>
      )}
      {trouble?.kind === "changed" && (
        <Notice
          kind="warning"
          action={
            <>
              <Button onPress={discard}>{say("takeTheirs")}</Button>
              <Button onPress={() => onSave(true)}>{say("writeMine")}</Button>
            </>
          }
        >
          {say("changed")}
        </Notice>
      )}
      {trouble?.kind === "refused" && (errors.length > 0 || trouble.message) && (
        <Notice kind="error">
          <p>{trouble.message || say("refused")}</p>
          <ul className={css.findings}>
            {errors.map((each) => (
              <li key={`${each.kind} ${each.name} ${each.field} ${each.code}`}>
                <strong>{placeWords(each.field, language)}</strong> {each.message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {warnings.length > 0 && (
        <Notice kind="warning">
          <ul className={css.findings}>
            {warnings.map((each) => (
              <li key={`${each.field} ${each.code}`}>
                {each.message} {each.hint}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}

import { Copy, Eye, Trash2, X } from "lucide-react";
import { type ReactNode, useContext, useMemo, useState } from "react";
import { iconOf } from "../../canvas/icons";
import { kindWord, nameIn } from "../../canvas/names";
import { pathWord } from "../../canvas/summary";
import { Button, IconButton } from "../../components/Button";
import { SelectField, SwitchField, TextField } from "../../components/Field";
import type { Change } from "../../document/change";
import { familyOf, WAIT_FORMS } from "../../document/kinds";
import { become, disconnect, setField, setFields, setPaths, toggleWay } from "../../document/operations";
import { KINDS } from "../../document/schema";
import type { JourneyDocument } from "../../document/types";
import { THEN, waysOf } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";
import { useSay } from "../../messages/use";
import { Pane } from "./fields/context";
import { FieldFor } from "./fields/FieldFor";
import { PathsField } from "./fields/MapField";
import { useFieldWord } from "./fields/names";
import { ActionName, JumpsTo, useParametersOf } from "./fields/parameters";
import { MessagePreview } from "./MessagePreview";
import css from "./Pane.module.css";
import { words } from "./words";

interface Props {
  document: JourneyDocument;
  id: string;
  onEdit: (change: Change | undefined) => void;
  onClose: () => void;
  /** Absent where activities are only looked at, or varied. */
  onDelete?: () => void;
  onCopy?: () => void;
}

/** The settings of an activity: a form made of the schema of its kind, and where its paths lead. */
export function ActivityPane({ document, id, onEdit, onClose, onDelete, onCopy }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const word = useFieldWord();
  const pane = useContext(Pane);
  const [previewing, setPreviewing] = useState(false);
  const activity = document.activities[id];
  const type = activity?.type ?? "";
  const dataset = typeof activity?.dataset === "string" ? activity.dataset : undefined;
  const context = useMemo(() => ({ ...pane, activity: id, type, dataset }), [pane, id, type, dataset]);
  const action = typeof activity?.action === "string" ? activity.action : undefined;
  const [dynamicPath] = useParametersOf(action, "path");
  if (!activity) return null;
  const kind = KINDS.get(activity.type);
  const { readOnly } = pane;
  const Icon = iconOf(activity.type);
  const name = nameIn(document, id, language);
  const forms = activity.type === "wait" ? (kind?.fields ?? []).map((field) => field.name).filter(isForm) : [];
  const form = forms.find((name) => activity[name] !== undefined);
  const shown = (name: string) =>
    name === "path"
      ? dynamicPath !== undefined || activity.path !== undefined
      : name !== "paths" &&
        (!isForm(name) || forms.length === 0 || name === form) &&
        (name !== "days" || form === "time");
  // A dynamic path is called what the action calls it.
  const title = dynamicPath?.label === dynamicPath?.name ? undefined : dynamicPath?.label;
  const fields = (kind?.fields ?? [])
    .filter((field) => shown(field.name))
    .map((field) => (field.name === "path" && title ? { ...field, title } : field));
  const paths = kind?.fields.find((field) => field.name === "paths");
  const optional = (kind?.ways ?? []).filter((path) => path !== THEN && !(path === "other" && !kind?.branches));
  const switched = optional.filter((path) => path !== "timeout" || activity.timeout !== undefined) as (
    | "error"
    | "timeout"
    | "other"
  )[];
  return (
    <aside
      data-pane
      aria-label={say("pane", { name })}
      className={css.pane}
      onKeyDown={(event) => {
        const line = (event.target as HTMLElement).matches("input:not([role=combobox], [list])");
        const done = event.key === "Enter" && line && !event.nativeEvent.isComposing;
        if (event.key === "Escape" || done) onClose();
      }}
    >
      <header className={`${css.head} ${css[familyOf(activity.type)]}`}>
        <Icon size={18} aria-hidden />
        <div>
          <small>{kindWord(activity.type, language)}</small>
          <h2>{name}</h2>
        </div>
        {onCopy && <IconButton label={say("copy")} icon={Copy} onPress={onCopy} />}
        {!readOnly && onDelete && <IconButton label={say("delete")} icon={Trash2} onPress={onDelete} />}
        <IconButton label={say("done")} icon={X} onPress={onClose} />
      </header>
      <Pane value={context}>
        <Targets action={action} journey={typeof activity.journey === "string" ? activity.journey : undefined}>
          <div className={css.body}>
            <TextField
              label={say("label")}
              help={say("labelHelp")}
              value={activity.label ?? ""}
              onChange={(label) => onEdit(setField(document, id, "label", label || undefined))}
              isReadOnly={!pane.texts}
            />
            {id === document.start && (
              <SelectField
                label={say("entry")}
                value={type}
                onChange={(next) => next !== type && onEdit(become(document, id, next))}
                options={[...KINDS.values()]
                  .filter((each) => each.starts)
                  .map((each) => ({ id: each.type, label: kindWord(each.type, language) }))}
                isReadOnly={readOnly}
              />
            )}
            {forms.length > 1 && (
              <SelectField
                label={word("waitFor")}
                value={form ?? null}
                onChange={(name) => onEdit(setFields(document, id, formOf(name as keyof typeof WAIT_FORMS)))}
                options={forms.map((name) => ({ id: name, label: word(name) }))}
                isReadOnly={readOnly}
              />
            )}
            {fields.map((field) => (
              <FieldFor
                key={`${id}.${field.name}`}
                field={field.name === form ? { ...field, required: true } : field}
                at={field.name}
                value={activity[field.name]}
                onChange={(value) => onEdit(setField(document, id, field.name, value))}
              />
            ))}
            {kind?.fields.some((field) => field.shape.kind === "template") && (
              <Button icon={Eye} onPress={() => void pane.flush().then(() => setPreviewing(true))}>
                {say("preview")}
              </Button>
            )}
            {previewing && <MessagePreview activity={activity} onClose={() => setPreviewing(false)} />}
            {paths?.shape.kind === "map" && (
              <PathsField
                type={activity.type}
                field={paths}
                of={paths.shape.of}
                value={(activity.paths ?? {}) as Record<string, unknown>}
                onChange={(next, renamed) => onEdit(setPaths(document, id, next, renamed))}
              />
            )}
            {switched.map((path) => (
              <SwitchField
                key={path}
                label={say(path)}
                help={say(`${path}Help`)}
                value={waysOf(activity).some((way) => way.path === path)}
                onChange={(on) => onEdit(toggleWay(document, id, path, on))}
                isReadOnly={readOnly}
              />
            ))}
            <Ways document={document} id={id} onEdit={onEdit} />
          </div>
        </Targets>
      </Pane>
    </aside>
  );
}

/** Tells the fields which action is called, or which journey is led to. */
function Targets({
  action,
  journey,
  children,
}: {
  action?: string | undefined;
  journey?: string | undefined;
  children: ReactNode;
}) {
  return (
    <ActionName value={action}>
      <JumpsTo value={journey}>{children}</JumpsTo>
    </ActionName>
  );
}

function isForm(name: string): name is keyof typeof WAIT_FORMS {
  return name in WAIT_FORMS;
}

/** What makes a wait one of that form, and of no other. */
function formOf(form: keyof typeof WAIT_FORMS): Record<string, unknown> {
  return {
    duration: undefined,
    until: undefined,
    date: undefined,
    time: undefined,
    days: undefined,
    [form]: WAIT_FORMS[form],
  };
}

/** Where each path leads, in words; a way is detached here. */
function Ways({ document, id, onEdit }: Pick<Props, "document" | "id" | "onEdit">) {
  const say = useSay(words);
  const language = useLanguage();
  const { readOnly } = useContext(Pane);
  const activity = document.activities[id];
  if (!activity || activity.type === "end") return null;
  return (
    <section className={css.ways}>
      <h3>{say("leadsTo")}</h3>
      <ul>
        {waysOf(activity).map(({ path, targets }) => (
          <li key={path}>
            {path !== THEN && <span className="soft">{pathWord(path, language)}</span>}
            {targets.length === 0 && <span>{say("theEnd")}</span>}
            {targets.map((target) => {
              const name = nameIn(document, target, language);
              return (
                <span key={target} className={css.target}>
                  {name}
                  {!readOnly && (
                    <IconButton
                      label={say("unlink", { name })}
                      icon={X}
                      onPress={() => onEdit(disconnect(document, { from: id, path }, target))}
                    />
                  )}
                </span>
              );
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

import { ArrowUp, Plus, Trash2 } from "lucide-react";
import { useContext, useState } from "react";
import { Button, IconButton } from "../../../components/Button";
import { TextField } from "../../../components/Field";
import { blankPath, freePath, PATH_WORD } from "../../../document/kinds";
import type { Field, Shape } from "../../../document/schema";
import { useLanguage } from "../../../frame/preferences";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { Pane, useFieldError } from "./context";
import { FieldFor } from "./FieldFor";
import css from "./Fields.module.css";
import { useParameters } from "./parameters";
import { useRowKeys } from "./rowKeys";

interface Props {
  label: string;
  field: Field;
  of: Shape;
  at: string;
  value: Readonly<Record<string, unknown>>;
  onChange: (value: unknown) => void;
}

/** Maps whose names are for whoever writes them; those of the others come from a document. */
const FREE = new Set(["exitCriteria", "data", "webhook.headers"]);

/** Values by name, such as the parameters of an action: those that its document knows have a field each. */
export function MapField({ label, field, of, at, value, onChange }: Props) {
  const say = useSay(words);
  const { readOnly, type } = useContext(Pane);
  const known = useParameters(field.name);
  const free = FREE.has(field.name) || FREE.has(`${type}.${field.name}`);
  const keys = useRowKeys();
  const names = [...new Set([...known.map((each) => each.name), ...Object.keys(value)])];
  if (names.length === 0 && (!free || readOnly)) return null;
  const put = (name: string, next: unknown) => {
    const { [name]: _, ...others } = value;
    const whole = next === undefined ? others : { ...value, [name]: next };
    onChange(Object.keys(whole).length ? whole : undefined);
  };
  const rename = (old: string, name: string) => {
    keys.rename(old, name);
    onChange(Object.fromEntries(Object.entries(value).map(([each, inner]) => [each === old ? name : each, inner])));
  };
  return (
    <fieldset className={css.group}>
      <legend>{label}</legend>
      {names.map((name) => {
        const about = known.find((each) => each.name === name);
        const title = free ? say("value") : (about?.label ?? name);
        const whole = { name, title, shape: of, required: free || (about?.required ?? false), fallback: undefined };
        const fields = free && of.kind === "fields" ? of.fields : undefined;
        const inner = fields ? (
          fields.map((field) => (
            <FieldFor
              key={field.name}
              field={field}
              at={`${at}.${name}.${field.name}`}
              value={(value[name] as Record<string, unknown> | null)?.[field.name]}
              onChange={(next) => put(name, withField(value[name], field.name, next))}
            />
          ))
        ) : (
          <FieldFor
            key={name}
            field={whole}
            at={`${at}.${name}`}
            value={value[name]}
            onChange={(next) => put(name, next ?? (free ? "" : undefined))}
          />
        );
        if (!free) return inner;
        return (
          <div key={keys.of(name)} className={css.row}>
            <div className={css.head}>
              <NameField label={say("name")} name={name} taken={names} onRename={(next) => rename(name, next)} />
              {!readOnly && (
                <IconButton label={say("removeNamed", { name })} icon={Trash2} onPress={() => put(name, undefined)} />
              )}
            </div>
            {inner}
          </div>
        );
      })}
      {free && !readOnly && (
        <Button
          kind="quiet"
          icon={Plus}
          aria-label={`${say("add")}: ${label}`}
          onPress={() => put(freeName(names), of.kind === "fields" ? {} : "")}
        >
          {say("add")}
        </Button>
      )}
    </fieldset>
  );
}

function freeName(taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`name${number}`)) number++;
  return `name${number}`;
}

interface NameProps {
  label: string;
  name: string;
  taken: readonly string[];
  onRename: (to: string) => void;
}

/** The name of a row: it is called so when whoever writes goes on elsewhere. */
function NameField({ label, name, taken, onRename }: NameProps) {
  const say = useSay(words);
  const { readOnly } = useContext(Pane);
  const [typed, setTyped] = useState<string | undefined>();
  const draft = typed ?? name;
  const other = draft !== name;
  const bad = other && !NAME.test(draft) ? "badName" : other && taken.includes(draft) ? "nameTaken" : undefined;
  return (
    <TextField
      label={label}
      value={draft}
      onChange={setTyped}
      onBlur={() => {
        setTyped(undefined);
        if (!bad && other) onRename(draft);
      }}
      error={bad && say(bad)}
      isReadOnly={readOnly}
    />
  );
}

const NAME = /^[A-Za-z가-힣][A-Za-z가-힣0-9_ -]*$/;

interface PathsProps {
  type: string;
  field: Field;
  of: Shape;
  value: Readonly<Record<string, unknown>>;
  /** `renamed` says by new name which path it was. */
  onChange: (paths: Record<string, unknown>, renamed: Record<string, string>) => void;
}

/** The paths of a branching activity, the uppermost first: renamed, put in order, added and taken away. */
export function PathsField({ type, of, value, onChange }: PathsProps) {
  const say = useSay(words);
  const { readOnly } = useContext(Pane);
  const language = useLanguage();
  const keys = useRowKeys();
  const names = Object.keys(value);
  const reorder = (order: readonly string[]) =>
    onChange(Object.fromEntries(order.map((name) => [name, value[name]])), {});
  return (
    <div className={css.stack}>
      <span className={css.label}>{say("paths")}</span>
      {names.map((name, index) => (
        <PathRow
          key={keys.of(name)}
          name={name}
          taken={names}
          of={of}
          value={value[name]}
          onChange={(next) => onChange({ ...value, [name]: next }, {})}
          onRename={(next) => {
            keys.rename(name, next);
            const paths = Object.fromEntries(names.map((each) => [each === name ? next : each, value[each]]));
            onChange(paths, { [next]: name });
          }}
          onUp={
            index > 0
              ? () => reorder([...names.slice(0, index - 1), name, names[index - 1] ?? "", ...names.slice(index + 1)])
              : undefined
          }
          onRemove={names.length > 1 ? () => reorder(names.filter((each) => each !== name)) : undefined}
        />
      ))}
      {!readOnly && (
        <Button
          kind="quiet"
          icon={Plus}
          onPress={() => onChange({ ...value, [freePath(names, PATH_WORD[language])]: blankPath(type) }, {})}
        >
          {say("addPath")}
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  name: string;
  taken: readonly string[];
  of: Shape;
  value: unknown;
  onChange: (value: unknown) => void;
  onRename: (name: string) => void;
  onUp: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}

function PathRow({ name, taken, of, value, onChange, onRename, onUp, onRemove }: RowProps) {
  const say = useSay(words);
  const { readOnly } = useContext(Pane);
  const error = useFieldError(`paths.${name}`, true);
  const word = of.kind === "number" ? "share" : of.kind === "expression" ? "condition" : "value";
  return (
    <div className={css.row}>
      <div className={css.head}>
        <NameField label={say("pathName")} name={name} taken={taken} onRename={onRename} />
        {onUp && !readOnly && <IconButton label={say("pathUp", { name })} icon={ArrowUp} onPress={onUp} />}
        {onRemove && !readOnly && <IconButton label={say("removePath", { name })} icon={Trash2} onPress={onRemove} />}
      </div>
      {(of.kind === "fields" ? of.fields : [{ name: word, shape: of, required: true, fallback: undefined }]).map(
        (field) => (
          <FieldFor
            key={field.name}
            field={field.name === "to" ? { ...field, title: say("end") } : field}
            at={of.kind === "fields" ? `paths.${name}.${field.name}` : `paths.${name}`}
            value={of.kind === "fields" ? (value as Record<string, unknown> | null)?.[field.name] : value}
            onChange={(next) => onChange(of.kind === "fields" ? withField(value, field.name, next) : (next ?? ""))}
          />
        ),
      )}
      {error && of.kind === "fields" && <p className={css.error}>{error}</p>}
    </div>
  );
}

function withField(value: unknown, name: string, next: unknown): Record<string, unknown> {
  const { [name]: _, ...others } = (value ?? {}) as Record<string, unknown>;
  return next === undefined ? others : { ...(value as Record<string, unknown> | null), [name]: next };
}

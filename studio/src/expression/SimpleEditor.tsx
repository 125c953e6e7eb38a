import { FolderPlus, Plus, X } from "lucide-react";
import type { SimpleGroup, SimpleRow } from "../api/types";
import { Button, IconButton } from "../components/Button";
import { SelectField, TextField } from "../components/Field";
import fieldCss from "../components/Field.module.css";
import { useSay } from "../messages/use";
import css from "./Expression.module.css";
import { FieldPicker } from "./FieldPicker";
import { type OfferedField, rowOf, useOperators, type Value } from "./fields";
import { words } from "./words";

interface Props {
  group: SimpleGroup;
  fields: readonly OfferedField[];
  samples: ReadonlyMap<string, readonly Value[]>;
  onChange: (group: SimpleGroup) => void;
  depth?: number;
}

type Item = SimpleGroup["items"][number];

const isGroup = (item: Item): item is SimpleGroup => "items" in item;

/** A condition as sentences: rows of field, operator and value, in groups of all or one of them. */
export function SimpleEditor({ group, fields, samples, onChange, depth = 0 }: Props) {
  const say = useSay(words);
  const items = group.items;
  const set = (index: number, item: Item | undefined) =>
    onChange({ ...group, items: items.flatMap((each, at) => (at === index ? (item ? [item] : []) : [each])) });
  const blankRow = (): SimpleRow => ({
    field: "",
    params: {},
    operator: "",
    values: [],
    caseSensitive: true,
  });
  return (
    <div
      className={css.group}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        const field = fields.find((each) => each.reference === event.dataTransfer.getData("text/plain"));
        if (field) onChange({ ...group, items: [...items, rowOf(field)] });
      }}
    >
      <div className={css.join}>
        <span>{say("holds")}</span>
        <SelectField
          label={say("join")}
          hideLabel
          value={group.join ?? "and"}
          onChange={(join) => onChange({ ...group, join: join as "and" | "or" })}
          options={[
            { id: "and", label: say("and") },
            { id: "or", label: say("or") },
          ]}
        />
      </div>
      {items.map((item, index) => (
        <div key={index} className={css.item}>
          {isGroup(item) ? (
            <SimpleEditor
              group={item}
              fields={fields}
              samples={samples}
              depth={depth + 1}
              onChange={(next) => set(index, next.items.length ? next : undefined)}
            />
          ) : (
            <Row row={item} fields={fields} samples={samples} onChange={(next) => set(index, next)} />
          )}
          <IconButton label={say("removeRow")} icon={X} onPress={() => set(index, undefined)} />
        </div>
      ))}
      <div className={css.add}>
        <Button
          kind="quiet"
          icon={Plus}
          why={fields.length === 0 && say("noFields")}
          onPress={() => onChange({ ...group, items: [...items, blankRow()] })}
        >
          {say("addRow")}
        </Button>
        {depth < 3 && (
          <Button
            kind="quiet"
            icon={FolderPlus}
            why={fields.length === 0 && say("noFields")}
            onPress={() => onChange({ ...group, items: [...items, { join: "or", items: [blankRow()] }] })}
          >
            {say("addGroup")}
          </Button>
        )}
      </div>
    </div>
  );
}

interface RowProps {
  row: SimpleRow;
  fields: readonly OfferedField[];
  samples: ReadonlyMap<string, readonly Value[]>;
  onChange: (row: SimpleRow) => void;
}

function Row({ row, fields, samples, onChange }: RowProps) {
  const say = useSay(words);
  const operators = useOperators();
  const field = fields.find((each) => each.reference === row.field);
  const offered = operators.filter((each) => !field || each.types.includes(field.type));
  const unique = offered.filter((each, index) => offered.findIndex((other) => other.name === each.name) === index);
  const operator = unique.find((each) => each.name === row.operator);
  const takes = operator?.values ?? [];
  const several = takes[0]?.startsWith("list<") ?? false;
  const kind = (place: number) =>
    (takes[place] ?? "").replace(/^list<(.*)>$/, "$1").replace(/^[TI]$/, field?.type ?? "string");
  const values = row.values ?? [];
  const setValue = (place: number, text: string) => {
    const next = several
      ? text.split(",").map((each) => scalar(each.trim(), kind(0)))
      : Object.assign([...values], { [place]: scalar(text, kind(place)) });
    onChange({ ...row, values: next });
  };
  return (
    <div className={css.row}>
      <FieldPicker
        fields={fields}
        samples={samples}
        reference={row.field}
        onPick={(chosen) => onChange(rowOf(chosen))}
      />
      <SelectField
        label={say("operator")}
        hideLabel
        placeholder={say("operator")}
        value={row.operator || null}
        onChange={(name) => {
          const values = unique.find((each) => each.name === name)?.values.map(() => "") ?? [];
          onChange({ ...row, operator: name, values });
        }}
        options={unique.map((each) => ({ id: each.name, label: each.label }))}
      />
      <div className={css.values}>
        {takes.map((_, place) => (
          <ValueField
            key={place}
            label={say(place === 0 ? "value" : "second")}
            kind={kind(place)}
            text={several ? values.join(", ") : String(values[place] ?? "")}
            onChange={(text) => setValue(place, text)}
          />
        ))}
        {operator?.folds && (
          <label className={css.sensitive}>
            <input
              type="checkbox"
              checked={row.caseSensitive ?? true}
              onChange={(event) => onChange({ ...row, caseSensitive: event.target.checked })}
            />
            {say("caseSensitive")}
          </label>
        )}
        {takes.length > 0 && samples.has(row.field) && (
          <div className={css.samples} role="group" aria-label={say("lately")}>
            {(field?.values?.length ? field.values : (samples.get(row.field) ?? [])).map((value) => (
              <button key={String(value)} type="button" onClick={() => setValue(0, String(value))}>
                {String(value)}
              </button>
            ))}
          </div>
        )}
      </div>
      {Object.entries(row.params).map(([name, text]) => (
        <div key={name} className={css.asked} role="group" aria-label={say("askedWith", { name })}>
          <span>{say("askedWith", { name })}</span>
          <FieldPicker
            fields={fields.filter((each) => !each.params.length && each.type !== "segment")}
            samples={samples}
            reference={text}
            onPick={(chosen) => onChange({ ...row, params: { ...row.params, [name]: chosen.reference } })}
          />
        </div>
      ))}
    </div>
  );
}

interface ValueProps {
  label: string;
  kind: string;
  text: string;
  onChange: (text: string) => void;
}

const INPUTS: Readonly<Record<string, string>> = { dateOnly: "date", dateTimeOnly: "datetime-local" };

function ValueField({ label, kind, text, onChange }: ValueProps) {
  const type = INPUTS[kind];
  if (!type) return <TextField label={label} hideLabel value={text} onChange={onChange} />;
  return (
    <input
      aria-label={label}
      type={type}
      value={text}
      className={fieldCss.input}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Whether every row says all that it has to. */
export function isComplete(group: SimpleGroup): boolean {
  return group.items.every((item) =>
    isGroup(item)
      ? item.items.length > 0 && isComplete(item)
      : item.field !== "" &&
        item.operator !== "" &&
        [...(item.values ?? []), ...Object.values(item.params)].every((value) => value !== ""),
  );
}

/** A typed value as the server takes it: numbers as numbers, else the text. */
function scalar(text: string, kind: string): string | number {
  const number = Number(text);
  return (kind === "integer" || kind === "decimal") && text !== "" && Number.isFinite(number) ? number : text;
}

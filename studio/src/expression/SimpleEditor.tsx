import { FolderPlus, Plus, X } from "lucide-react";
import type { SimpleGroup, SimpleRow } from "../api/types";
import { Button, IconButton } from "../components/Button";
import { SelectField, TextField } from "../components/Field";
import { useSay } from "../messages/use";
import css from "./Expression.module.css";
import { useOperators } from "./fields";
import type { ComparedField } from "./leaves";
import { words } from "./words";

interface Props {
  group: SimpleGroup;
  fields: readonly ComparedField[];
  onChange: (group: SimpleGroup) => void;
  depth?: number;
}

type Item = SimpleGroup["items"][number];

const isGroup = (item: Item): item is SimpleGroup => "items" in item;

/** A condition as sentences: rows of field, operator and value, in groups of all or one of them. */
export function SimpleEditor({ group, fields, onChange, depth = 0 }: Props) {
  const say = useSay(words);
  const items = group.items;
  const set = (index: number, item: Item | undefined) =>
    onChange({ ...group, items: items.flatMap((each, at) => (at === index ? (item ? [item] : []) : [each])) });
  const blankRow = (): SimpleRow => ({
    field: "",
    operator: "",
    values: [],
    caseSensitive: true,
  });
  return (
    <div className={css.group}>
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
              depth={depth + 1}
              onChange={(next) => set(index, next.items.length ? next : undefined)}
            />
          ) : (
            <Row row={item} fields={fields} onChange={(next) => set(index, next)} />
          )}
          <IconButton label={say("removeRow")} icon={X} onPress={() => set(index, undefined)} />
        </div>
      ))}
      <div className={css.add}>
        <Button
          kind="quiet"
          icon={Plus}
          isDisabled={fields.length === 0}
          onPress={() => onChange({ ...group, items: [...items, blankRow()] })}
        >
          {say("addRow")}
        </Button>
        {depth < 3 && (
          <Button
            kind="quiet"
            icon={FolderPlus}
            isDisabled={fields.length === 0}
            onPress={() => onChange({ ...group, items: [...items, { join: "or", items: [blankRow()] }] })}
          >
            {say("addGroup")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Row({
  row,
  fields,
  onChange,
}: {
  row: SimpleRow;
  fields: readonly ComparedField[];
  onChange: (row: SimpleRow) => void;
}) {
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
      <SelectField
        label={say("field")}
        hideLabel
        placeholder={say("chooseField")}
        value={row.field || null}
        onChange={(reference) => onChange({ field: reference, operator: "", values: [], caseSensitive: true })}
        options={[
          ...(field || !row.field ? [] : [{ id: row.field, label: row.field }]),
          ...fields.map((each) => ({ id: each.reference, label: each.label, detail: each.reference })),
        ]}
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
      {takes.map((_, place) => (
        <TextField
          key={place}
          label={say(place === 0 ? "value" : "second")}
          hideLabel
          value={several ? values.join(", ") : String(values[place] ?? "")}
          onChange={(text) => setValue(place, text)}
        />
      ))}
    </div>
  );
}

/** Whether every row says all that it has to. */
export function isComplete(group: SimpleGroup): boolean {
  return group.items.every((item) =>
    isGroup(item)
      ? item.items.length > 0 && isComplete(item)
      : item.field !== "" && item.operator !== "" && (item.values ?? []).every((value) => value !== ""),
  );
}

/** A typed value as the server takes it: numbers as numbers, else the text. */
function scalar(text: string, kind: string): string | number {
  const number = Number(text);
  return (kind === "integer" || kind === "decimal") && text !== "" && Number.isFinite(number) ? number : text;
}

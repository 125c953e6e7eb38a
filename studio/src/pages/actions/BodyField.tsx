import { ClipboardPaste, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/Button";
import { SelectField, TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { freeName } from "../../configuration/documents";
import { SCALARS, typedValue, typeOfValue } from "../../configuration/example";
import { useField } from "../../configuration/form";
import { PasteExample } from "../../configuration/PasteExample";
import { useTypeName } from "../../configuration/typeNames";
import { useSay } from "../../messages/use";
import css from "./Actions.module.css";
import {
  isVariable,
  madeConstant,
  madeVariable,
  renamedPart,
  rowsOf,
  type TemplateRow,
  type Variable,
  withoutPart,
  withPart,
} from "./template";
import { words } from "./words";

type Body = Readonly<Record<string, unknown>>;

interface Props {
  value: Body | undefined;
  onChange: (value: Body | undefined) => void;
}

/** What is sent: an example, in which each part is the same for all journeys or given by each. */
export function BodyField({ value, onChange }: Props) {
  const say = useSay(words);
  const { isReadOnly, error } = useField("body");
  const [pasting, setPasting] = useState(false);
  const body = value ?? {};
  const rows = rowsOf(body);
  const put = (next: unknown) => onChange(Object.keys(next as Body).length ? (next as Body) : undefined);
  return (
    <FormSection
      title={say("parameters")}
      help={say("parametersHelp")}
      actions={
        !isReadOnly && (
          <Button icon={ClipboardPaste} onPress={() => setPasting(true)}>
            {say(rows.length ? "pasteNew" : "paste")}
          </Button>
        )
      }
    >
      {rows.length > 0 && (
        <div className={css.scroll}>
          <table className={css.body}>
            <thead>
              <tr>
                {(["field", "kind", "type", "value"] as const).map((key) => (
                  <th key={key} scope="col">
                    {key === "value" ? `${say("value")} · ${say("label")}` : say(key)}
                  </th>
                ))}
                <th />
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <Row
                  key={index}
                  row={row}
                  readOnly={isReadOnly}
                  onPart={(part) => put(withPart(body, row.path, part))}
                  onName={(name) => put(renamedPart(body, row.path, name))}
                  onRemove={() => put(withoutPart(body, row.path))}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {error && <p className={css.error}>{error}</p>}
      {!isReadOnly && (
        <div>
          <Button
            kind="quiet"
            icon={Plus}
            onPress={() => put({ ...body, [freeName(say("newField"), Object.keys(body))]: "" })}
          >
            {say("addField")}
          </Button>
        </div>
      )}
      {pasting && (
        <PasteExample
          title={say("parameters")}
          value={rows.length ? body : undefined}
          object
          onClose={() => setPasting(false)}
          onTake={(next) => {
            put(next);
            setPasting(false);
          }}
        />
      )}
    </FormSection>
  );
}

interface RowProps {
  row: TemplateRow;
  readOnly: boolean;
  onPart: (part: unknown) => void;
  onName: (name: string) => void;
  onRemove: () => void;
}

const TYPES = [...SCALARS, ...SCALARS.map((each) => `list<${each}>`), "object", "list<object>"];

function Row({ row, readOnly, onPart, onName, onRemove }: RowProps) {
  const say = useSay(words);
  const typeName = useTypeName();
  const { node, kind, name, depth, path } = row;
  const whole = path.join(".");
  const indent = { paddingLeft: depth * 18 };
  const [text, setText] = useState<string | undefined>();
  const constant = typeof node === "string" ? node : JSON.stringify(node);
  const inner = kind === "object" || kind === "list";
  return (
    <tr>
      <td style={indent}>
        {typeof path.at(-1) === "number" || readOnly ? (
          <code>{name}</code>
        ) : (
          <TextField
            label={`${say("field")}: ${whole}`}
            hideLabel
            mono
            value={name}
            onChange={(next) => next && onName(next)}
          />
        )}
      </td>
      <td>
        {inner ? (
          !readOnly && (
            <Button
              kind="quiet"
              onPress={() => onPart(madeVariable(node, name))}
              aria-label={`${say("allVariable")}: ${whole}`}
            >
              {say("allVariable")}
            </Button>
          )
        ) : (
          <SelectField
            label={say("kindOf", { name: whole })}
            hideLabel
            value={kind}
            onChange={(next) =>
              next !== kind && onPart(next === "variable" ? madeVariable(node, name) : madeConstant(node))
            }
            options={[
              { id: "constant", label: say("constant") },
              { id: "variable", label: say("variable") },
            ]}
            isReadOnly={readOnly}
          />
        )}
      </td>
      <td>
        {isVariable(node) ? (
          <SelectField
            label={say("typeOf", { name: whole })}
            hideLabel
            value={node.$variable}
            onChange={($variable) => onPart({ ...node, $variable })}
            options={TYPES.filter((id) => !id.includes("object") || id === node.$variable).map((id) => ({
              id,
              label: typeName(id),
            }))}
            isReadOnly={readOnly}
          />
        ) : (
          <span className="soft">{typeName(inner && kind === "list" ? "list" : (typeOfValue(node) ?? "any"))}</span>
        )}
      </td>
      <td>
        {isVariable(node) && <LabelOf node={node} name={whole} readOnly={readOnly} onChange={onPart} />}
        {kind === "constant" && (
          <TextField
            label={say("valueOf", { name: whole })}
            hideLabel
            value={text ?? constant}
            onChange={(next) => {
              setText(next);
              const type = typeof node === "string" ? "string" : (typeOfValue(node) ?? "any");
              onPart(next === "" && typeof node === "string" ? "" : (typedValue(next, type) ?? next));
            }}
            onBlur={() => setText(undefined)}
            isReadOnly={readOnly}
          />
        )}
      </td>
      <td>
        {!readOnly && <IconButton label={say("removeField", { name: whole })} icon={Trash2} onPress={onRemove} />}
      </td>
    </tr>
  );
}

interface LabelProps {
  node: Variable;
  name: string;
  readOnly: boolean;
  onChange: (node: Variable) => void;
}

function LabelOf({ node, name, readOnly, onChange }: LabelProps) {
  const say = useSay(words);
  return (
    <div className={css.label}>
      <TextField
        label={say("labelOf", { name })}
        hideLabel
        placeholder={say("label")}
        value={node.$label ?? ""}
        onChange={($label) => onChange({ ...node, $label })}
        isReadOnly={readOnly}
      />
      <label>
        <input
          type="checkbox"
          aria-label={say("mandatoryOf", { name })}
          checked={node.$mandatory ?? false}
          disabled={readOnly}
          onChange={(event) => {
            const { $mandatory: _, ...others } = node;
            onChange(event.target.checked ? { ...node, $mandatory: true } : others);
          }}
        />
        {say("mandatory")}
      </label>
    </div>
  );
}

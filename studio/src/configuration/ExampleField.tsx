import { ClipboardPaste } from "lucide-react";
import { useState } from "react";
import { Button } from "../components/Button";
import { SelectField } from "../components/Field";
import { useSay } from "../messages/use";
import { withValue } from "./documents";
import css from "./ExampleField.module.css";
import { leavesOfExample, PARAMETERS } from "./example";
import { useError, useField } from "./form";
import { PasteExample } from "./PasteExample";
import { useTypeName } from "./typeNames";
import { words } from "./words";

interface Props {
  label: string;
  help: string;
  /** The places of the example and of the types in the document. */
  at: string;
  typesAt: string;
  value: unknown;
  types: Readonly<Record<string, unknown>> | undefined;
  onChange: (value: unknown) => void;
  onTypes: (types: Record<string, unknown> | undefined) => void;
}

/** An example answer: pasted as it is; its fields show with their types, which can be corrected. */
export function ExampleField({ label, help, at, typesAt, value, types, onChange, onTypes }: Props) {
  const say = useSay(words);
  const typeName = useTypeName();
  const { isReadOnly, error } = useField(at);
  const typesError = useError(typesAt);
  const [pasting, setPasting] = useState(false);
  const leaves = leavesOfExample(value);
  return (
    <div className={css.example}>
      <div className={css.head}>
        <span>{label}</span>
        {!isReadOnly && (
          <Button
            icon={ClipboardPaste}
            onPress={() => setPasting(true)}
            aria-label={`${say("pasteExample")}: ${label}`}
          >
            {say("pasteExample")}
          </Button>
        )}
      </div>
      <p className={css.help}>{help}</p>
      {leaves.length > 0 && (
        <table className={css.fields}>
          <thead>
            <tr>
              <th scope="col">{say("field")}</th>
              <th scope="col">{say("type")}</th>
            </tr>
          </thead>
          <tbody>
            {leaves.map(({ path, type, sample }) => {
              const told = types?.[path];
              const shown = typeof told === "string" ? told : (type ?? "any");
              return (
                <tr key={path}>
                  <td>
                    <code>{path}</code>
                    <small>{JSON.stringify(sample)}</small>
                  </td>
                  <td>
                    <SelectField
                      label={`${say("type")}: ${path}`}
                      hideLabel
                      value={shown}
                      onChange={(next) => onTypes(withValue(types, path, next === type ? undefined : next))}
                      options={PARAMETERS.map((id) => ({ id, label: typeName(id) }))}
                      isReadOnly={isReadOnly}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {(error || typesError) && <p className={css.error}>{error ?? typesError}</p>}
      {pasting && (
        <PasteExample
          title={label}
          value={leaves.length > 0 ? value : undefined}
          onClose={() => setPasting(false)}
          onTake={(next) => {
            onChange(next);
            setPasting(false);
          }}
        />
      )}
    </div>
  );
}

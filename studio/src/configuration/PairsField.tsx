import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../components/Button";
import { ComboField } from "../components/ComboField";
import { TextField } from "../components/Field";
import { useSay } from "../messages/use";
import { useError, useField } from "./form";
import css from "./PairsField.module.css";
import { usePairs } from "./pairs";
import { words } from "./words";

interface Props<T> {
  label: string;
  /** Where a title says it already. */
  hideLabel?: boolean;
  nameLabel: string;
  addLabel: string;
  /** Its place in the document. */
  at: string;
  value: Readonly<Record<string, T>> | undefined;
  onChange: (value: Record<string, T> | undefined) => void;
  /** What a new row begins with. */
  begin: T;
  /** Names to choose from. */
  names?: readonly string[];
  /** The form of a value. */
  row: (value: T, onChange: (value: T) => void, name: string) => ReactNode;
}

const NOTHING = {};

/** Values by names that people give: headers, query parameters, columns. */
export function PairsField<T>({
  label,
  nameLabel,
  addLabel,
  at,
  value,
  onChange,
  begin,
  names,
  row,
  hideLabel,
}: Props<T>) {
  const say = useSay(words);
  const { isReadOnly } = useField(at);
  const error = useError(at);
  const pairs = usePairs<T>(value ?? NOTHING, (next) => onChange(Object.keys(next).length ? next : undefined));
  return (
    <fieldset className={css.pairs}>
      <legend className={hideLabel ? "only-read-aloud" : undefined}>{label}</legend>
      {pairs.rows.map((pair) => (
        <div key={pair.id} className={css.row}>
          {names ? (
            <ComboField
              label={nameLabel}
              hideLabel
              free
              placeholder={nameLabel}
              value={pair.name}
              onChange={(name) => pairs.put({ ...pair, name })}
              options={names.map((id) => ({ id, label: id }))}
              error={pairs.twice(pair) ? say("nameTaken") : undefined}
              isReadOnly={isReadOnly}
            />
          ) : (
            <TextField
              label={nameLabel}
              hideLabel
              placeholder={nameLabel}
              value={pair.name}
              onChange={(name) => pairs.put({ ...pair, name })}
              error={pairs.twice(pair) ? say("nameTaken") : undefined}
              isReadOnly={isReadOnly}
            />
          )}
          {row(pair.value, (next) => pairs.put({ ...pair, value: next }), pair.name)}
          {!isReadOnly && (
            <IconButton
              label={say("remove", { name: pair.name || label })}
              icon={Trash2}
              onPress={() => pairs.remove(pair.id)}
            />
          )}
        </div>
      ))}
      {error && <p className={css.error}>{error}</p>}
      {isReadOnly ? (
        pairs.rows.length === 0 && <p className="soft">{say("none")}</p>
      ) : (
        <div>
          <Button kind="quiet" icon={Plus} onPress={() => pairs.add(begin)}>
            {addLabel}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

import { X } from "lucide-react";
import { useId, useState } from "react";
import { Button, IconButton } from "../../../components/Button";
import { durationOf, partsOf, UNITS, type Unit, unitWord } from "../../../document/duration";
import { useLanguage } from "../../../frame/preferences";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import css from "./Fields.module.css";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  optional: boolean;
  value: string;
  onChange: (value: string | undefined) => void;
}

const SHOWN: readonly Unit[] = UNITS.filter((unit) => unit !== "week");

/** A duration in days, hours, minutes and seconds. */
export function DurationField({ label, error, isReadOnly, optional, value, onChange }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const id = useId();
  const given = partsOf(value) ?? {};
  const parts = { ...given, day: (given.day ?? 0) + 7 * (given.week ?? 0) || undefined, week: undefined };
  const [draft, setDraft] = useState<Partial<Record<Unit, string>>>({});
  if (optional && !value) {
    return (
      <div className={css.stack}>
        <span className={css.label}>{label}</span>
        <div className={css.unset}>
          <span className="soft">{say("notSet")}</span>
          {!isReadOnly && (
            <Button onPress={() => onChange("P1D")} aria-label={`${say("set")}: ${label}`}>
              {say("set")}
            </Button>
          )}
        </div>
      </div>
    );
  }
  const change = (unit: Unit, text: string) => {
    setDraft({ ...draft, [unit]: text });
    const number = Number(text);
    if (text === "" || (Number.isFinite(number) && number >= 0)) onChange(durationOf({ ...parts, [unit]: number }));
  };
  return (
    <fieldset className={css.duration} aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={css.label}>{label}</legend>
      <div className={css.units}>
        {SHOWN.map((unit) => (
          <label key={unit}>
            <input
              inputMode="numeric"
              readOnly={isReadOnly}
              value={draft[unit] ?? String(parts[unit as "day"] ?? 0)}
              onChange={(event) => change(unit, event.target.value)}
              onBlur={() => setDraft({})}
              onFocus={(event) => event.target.select()}
            />
            <span>{unitWord(unit, language)}</span>
          </label>
        ))}
        {optional && !isReadOnly && (
          <IconButton label={`${say("unset")}: ${label}`} icon={X} onPress={() => onChange(undefined)} />
        )}
      </div>
      {error && (
        <p id={`${id}-error`} className={css.error}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

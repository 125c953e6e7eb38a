import { lazy, Suspense, useContext, useId, useMemo, useState } from "react";
import { expressionWords } from "../../../document/reading";
import { useLanguage } from "../../../frame/preferences";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { Pane } from "./context";
import css from "./Fields.module.css";

const ExpressionDialog = lazy(() => import("../../../expression/ExpressionDialog"));

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  optional: boolean;
  at: string;
  value: string;
  onChange: (value: string | undefined) => void;
  hideLabel?: boolean;
}

/** An expression in words; opens its editor. */
export function ExpressionField({ label, error, isReadOnly, optional, at, value, onChange, hideLabel }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const id = useId();
  const { flush, journey, activity } = useContext(Pane);
  const sight = useMemo(() => ({ journey, activity }), [journey, activity]);
  const [open, setOpen] = useState(false);
  const condition = at.startsWith("paths.") || at.endsWith(".condition");
  const unset = value === "";
  return (
    <div className={css.stack}>
      {!hideLabel && <span className={css.label}>{label}</span>}
      <button
        type="button"
        className={css.expression}
        disabled={isReadOnly}
        aria-invalid={Boolean(error)}
        aria-describedby={error ? id : undefined}
        onClick={() => void flush().then(() => setOpen(true))}
      >
        <span className="only-read-aloud">{`${say(unset ? (condition ? "write" : "set") : "edit")}: ${label}`}</span>
        {unset ? (
          <span className={css.empty}>{say(condition ? "write" : "notSet")}</span>
        ) : (
          <>
            <span>{expressionWords(value, language)}</span>
            <code>{value}</code>
          </>
        )}
      </button>
      {error && (
        <p id={id} className={css.error}>
          {error}
        </p>
      )}
      {open && (
        <Suspense>
          <ExpressionDialog
            label={label}
            sight={sight}
            use={condition ? "condition" : at.endsWith("until") ? "timer" : "parameter"}
            text={unset ? "" : value}
            onClose={() => setOpen(false)}
            onSave={(text) => {
              onChange(text === "" && optional ? undefined : text);
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

import { lazy, Suspense, useId, useState } from "react";
import { expressionWords } from "../document/reading";
import type { Sight, Use } from "../expression/analysis";
import { useLanguage } from "../frame/preferences";
import { useSay } from "../messages/use";
import css from "./ExpressionField.module.css";
import { useField } from "./form";
import { words } from "./words";

const ExpressionDialog = lazy(() => import("../expression/ExpressionDialog"));

interface Props {
  label: string;
  help?: string;
  /** What stands where nothing is set. */
  unset: string;
  /** Its place in the document. */
  at: string;
  sight: Sight;
  use: Use;
  value: string;
  onChange: (value: string | undefined) => void;
}

/** An expression of a document in words; opens its editor. */
export function ExpressionField({ label, help, unset, at, sight, use, value, onChange }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const id = useId();
  const { isReadOnly, error } = useField(at);
  const [open, setOpen] = useState(false);
  return (
    <div className={css.field}>
      <span className={css.label}>{label}</span>
      <button
        type="button"
        className={css.expression}
        disabled={isReadOnly}
        aria-invalid={Boolean(error)}
        aria-describedby={error ? id : undefined}
        onClick={() => setOpen(true)}
      >
        <span className="only-read-aloud">{`${say(value ? "edit" : "write")}: ${label}`}</span>
        {value ? (
          <>
            <span>{expressionWords(value, language)}</span>
            <code>{value}</code>
          </>
        ) : (
          <span className="soft">{unset}</span>
        )}
      </button>
      {help && <p className={css.help}>{help}</p>}
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
            use={use}
            text={value}
            onClose={() => setOpen(false)}
            onSave={(text) => {
              onChange(text || undefined);
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

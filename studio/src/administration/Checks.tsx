import { useId } from "react";
import css from "./Checks.module.css";

interface Props<Id extends string> {
  label: string;
  /** `fixed` says why it stays as it is. */
  options: readonly { id: Id; label: string; detail?: string | undefined; fixed?: string | false }[];
  chosen: readonly Id[];
  onChange: (chosen: readonly Id[]) => void;
  error?: string | undefined;
  isReadOnly?: boolean;
}

/** Some of several, all in sight. */
export function Checks<Id extends string>({ label, options, chosen, onChange, error, isReadOnly }: Props<Id>) {
  const id = useId();
  const toggle = (each: Id) =>
    onChange(options.map((option) => option.id).filter((other) => (other === each) !== chosen.includes(other)));
  return (
    <div role="group" aria-labelledby={id} className={css.group}>
      <span id={id}>{label}</span>
      {options.map((option) => (
        <label key={option.id}>
          <input
            type="checkbox"
            checked={chosen.includes(option.id)}
            disabled={isReadOnly}
            aria-disabled={option.fixed ? true : undefined}
            onChange={() => !option.fixed && toggle(option.id)}
          />
          <span>
            {option.label}
            {(option.fixed || option.detail) && <small>{option.fixed || option.detail}</small>}
          </span>
        </label>
      ))}
      {error && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
    </div>
  );
}

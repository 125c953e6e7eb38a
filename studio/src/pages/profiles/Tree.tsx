import { ChevronRight } from "lucide-react";
import css from "./Person.module.css";

type Values = Readonly<Record<string, unknown>>;

/** Values inside of each other, as they are named. */
export function Tree({ values }: { values: Values }) {
  return (
    <ul className={css.tree}>
      {Object.entries(values).map(([name, value]) => (
        <li key={name}>
          {typeof value === "object" && value !== null ? (
            <details open>
              <summary>
                <ChevronRight size={14} aria-hidden />
                {name}
              </summary>
              <Tree values={value as Values} />
            </details>
          ) : (
            <div>
              <span>{name}</span>
              <span>{String(value)}</span>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

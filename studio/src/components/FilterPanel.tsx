import { X } from "lucide-react";
import { useSay } from "../messages/use";
import { IconButton } from "./Button";
import { TextField } from "./Field";
import type { List } from "./list";
import type { Filter } from "./rows";
import css from "./Table.module.css";
import { words } from "./words";

interface Props<Row> {
  list: List;
  filters: readonly Filter<Row>[];
}

/** What a list can be narrowed by, at its left. */
export function FilterPanel<Row>({ list, filters }: Props<Row>) {
  const say = useSay(words);
  const { filters: values } = list.view;
  const set = (id: string, next: readonly string[]) => {
    const { [id]: _, ...others } = values;
    list.look({ filters: next.some(Boolean) ? { ...others, [id]: next } : others });
  };
  return (
    <aside aria-label={say("filter")} className={css.panel}>
      <header>
        <h2>{say("filter")}</h2>
        <IconButton label={say("close")} icon={X} onPress={() => list.openPanel(false)} />
      </header>
      {filters.map((filter) => {
        const chosen = values[filter.id] ?? [];
        const change = (next: readonly string[]) => set(filter.id, next);
        if (filter.kind === "text") {
          return (
            <TextField
              key={filter.id}
              label={filter.label}
              value={chosen[0] ?? ""}
              onChange={(text) => change([text])}
            />
          );
        }
        return (
          <fieldset key={filter.id}>
            <legend>{filter.label}</legend>
            {filter.kind === "period" ? (
              <Period chosen={chosen} onChange={change} />
            ) : (
              filter.options.map(({ id, label }) => (
                <label key={id}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(id)}
                    onChange={() =>
                      change(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id])
                    }
                  />
                  {label}
                </label>
              ))
            )}
          </fieldset>
        );
      })}
    </aside>
  );
}

const PRESETS = [7, 30, 90];

function Period({ chosen, onChange }: { chosen: readonly string[]; onChange: (next: readonly string[]) => void }) {
  const say = useSay(words);
  const preset = chosen[0]?.startsWith("-") ? chosen[0] : "";
  const [from = "", to = ""] = preset ? [] : chosen;
  return (
    <div className={css.period}>
      <select aria-label={say("period")} value={preset} onChange={(event) => onChange([event.target.value])}>
        <option value="">{say("anyTime")}</option>
        {PRESETS.map((days) => (
          <option key={days} value={`-${days}d`}>
            {say("lastDays", { days })}
          </option>
        ))}
      </select>
      <label>
        {say("from")}
        <input type="date" value={from} onChange={(event) => onChange([event.target.value, to])} />
      </label>
      <label>
        {say("until")}
        <input type="date" value={to} onChange={(event) => onChange([from, event.target.value])} />
      </label>
    </div>
  );
}

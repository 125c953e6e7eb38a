import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import css from "./Picker.module.css";
import { searched } from "./rows";

export interface Pick {
  readonly id: string;
  /** What is searched and read out. */
  readonly text: string;
  readonly shown: ReactNode;
  readonly group?: string | undefined;
}

interface Props<P extends Pick> {
  label: string;
  placeholder: string;
  picks: readonly P[];
  /** How many are shown at most. */
  most?: number;
  /** Between the input and the list. */
  children?: ReactNode;
  nothing: (search: string) => string;
  onPick: (pick: P) => void;
  /** Told what is typed, where more is to be had from the server. */
  onSearch?: (search: string) => void;
}

/** Typed to and chosen from: the list follows the words, arrows and Enter choose, as does a click. */
export function Picker<P extends Pick>(props: Props<P>) {
  const { label, placeholder, picks, most, children, nothing, onPick, onSearch } = props;
  const list = useId();
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const found = searched(picks, (pick) => `${pick.text} ${pick.group ?? ""}`, search).slice(0, most);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = found[at];
    if (event.key === "Enter" && chosen) onPick(chosen);
    else if (event.key === "ArrowDown") setAt((at + 1) % Math.max(1, found.length));
    else if (event.key === "ArrowUp") setAt((at + found.length - 1) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: it is opened to type into it
        autoFocus
        className={css.input}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
        aria-label={label}
        placeholder={placeholder}
        value={search}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setSearch(event.target.value);
          onSearch?.(event.target.value);
          setAt(0);
        }}
      />
      {children}
      <div id={list} role="listbox" aria-label={label} className={css.list}>
        {found.map((pick, index) => (
          <div key={pick.id} role="presentation">
            {pick.group && pick.group !== found[index - 1]?.group && <h4 role="presentation">{pick.group}</h4>}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's, which keeps the focus */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
            <div
              id={`${list}-${index}`}
              ref={index === at ? intoView : undefined}
              role="option"
              aria-selected={index === at}
              onClick={() => onPick(pick)}
              onMouseMove={() => setAt(index)}
            >
              {pick.shown}
            </div>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={css.nothing}>{nothing(search)}</p>}
    </>
  );
}

function intoView(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: "nearest" });
}

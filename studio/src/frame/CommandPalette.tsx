import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent as Key, useEffect, useId, useState } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { useJourneys } from "../api/journeys";
import { searched } from "../components/rows";
import { useSay } from "../messages/use";
import css from "./CommandPalette.module.css";
import {
  type Command,
  closePalette,
  commandFor,
  offered,
  openPalette,
  showShortcuts,
  usePaletteOpen,
} from "./commands";
import { usePlaces } from "./Rail";
import { Shortcuts } from "./Shortcuts";
import { words } from "./words";

/** Listens for the keys of commands everywhere, and shows the palette or the list of shortcuts. */
export function CommandPalette() {
  const open = usePaletteOpen();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (document.querySelector("[role=dialog], [role=alertdialog]")) return;
      const command = commandFor(event);
      if (command) {
        event.preventDefault();
        command.run();
      } else if (
        event.key === "?" &&
        !(event.target as HTMLElement).matches("input, textarea, [contenteditable=true]")
      ) {
        showShortcuts();
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  if (open === "shortcuts") return <Shortcuts onClose={closePalette} />;
  return open === "palette" ? <Palette /> : null;
}

function Palette() {
  const say = useSay(words);
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const found = searched(useEverything(), (command) => command.label, search).slice(0, 12);
  const run = (command: Command | undefined) => {
    closePalette();
    command?.run();
  };
  const onKeyDown = (event: Key) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") run(found[at]);
    else if (event.key === "ArrowDown") setAt((at + 1) % Math.max(1, found.length));
    else if (event.key === "ArrowUp") setAt((at + found.length - 1) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={closePalette} className={css.overlay ?? ""}>
      <Modal className={css.modal ?? ""}>
        <AriaDialog aria-label={say("palette")} className={css.dialog ?? ""}>
          <input
            // biome-ignore lint/a11y/noAutofocus: the palette is opened to type into it
            autoFocus
            role="combobox"
            aria-expanded
            aria-controls={list}
            aria-activedescendant={found.length ? `${list}-${at}` : undefined}
            aria-label={say("palette")}
            placeholder={say("paletteHint")}
            value={search}
            onKeyDown={onKeyDown}
            onChange={(event) => {
              setSearch(event.target.value);
              setAt(0);
            }}
          />
          <div id={list} role="listbox" aria-label={say("commands")} className={css.list}>
            {found.map((command, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's, which keeps the focus
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              <div
                key={command.id}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === at}
                onClick={() => run(command)}
                onMouseMove={() => setAt(index)}
              >
                <span>{command.label}</span>
                {command.keys && <kbd>{command.keys.replace("mod+", "Ctrl ")}</kbd>}
              </div>
            ))}
          </div>
          {found.length === 0 && <p className={css.nothing}>{say("nothingFound", { search })}</p>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Commands of the page, all pages, all journeys. */
function useEverything(): readonly Command[] {
  const say = useSay(words);
  const navigate = useNavigate();
  const places = usePlaces();
  const journeys = useJourneys().data ?? [];
  return [
    ...offered(),
    ...places.map(({ to, word }) => ({ id: `go ${to}`, label: say(word), run: () => void navigate({ to }) })),
    ...journeys.map(({ name }) => ({
      id: `journey ${name}`,
      label: `${say("journeys")} › ${name}`,
      run: () => void navigate({ to: "/journeys/$name", params: { name } }),
    })),
  ];
}

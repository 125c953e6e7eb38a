import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { useJourneysCalled } from "../api/listing";
import { useRested } from "../components/list";
import { Picker } from "../components/Picker";
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
import { usePlaces } from "./places";
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
  const picks = useEverything(search).map((command) => ({
    id: command.id,
    text: command.label,
    run: command.run,
    shown: (
      <>
        {command.label}
        {command.keys && <kbd>{command.keys.replace("mod+", "Ctrl ")}</kbd>}
      </>
    ),
  }));
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={closePalette} className={css.overlay ?? ""}>
      <Modal className={css.modal ?? ""}>
        <AriaDialog aria-label={say("palette")} className={css.dialog ?? ""}>
          <Picker
            label={say("palette")}
            placeholder={say("paletteHint")}
            picks={picks}
            most={12}
            nothing={(text) => say("nothingFound", { search: text })}
            onSearch={setSearch}
            onPick={(pick) => {
              closePalette();
              pick.run();
            }}
          />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Commands of the page, all pages, and the journeys that are called as one types. */
function useEverything(search: string): readonly Command[] {
  const say = useSay(words);
  const navigate = useNavigate();
  const places = usePlaces();
  const journeys = useJourneysCalled(useRested(search));
  return [
    ...offered(),
    ...places.map(({ to, word }) => ({ id: `go ${to}`, label: say(word), run: () => void navigate({ to }) })),
    ...journeys.map((name) => ({
      id: `journey ${name}`,
      label: `${say("journeys")} › ${name}`,
      run: () => void navigate({ to: "/journeys/$name", params: { name } }),
    })),
  ];
}

import { Spline } from "lucide-react";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { Dialog, Popover } from "react-aria-components";
import { iconOf } from "../../canvas/icons";
import { nameOf } from "../../canvas/summary";
import { searched } from "../../components/rows";
import { FAMILIES } from "../../document/kinds";
import { connect, insertBeside } from "../../document/operations";
import type { JourneyDocument } from "../../document/types";
import { inOrder, type Place, waits, waysOf } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";
import { useSay } from "../../messages/use";
import css from "./InsertPicker.module.css";
import type { Offer } from "./offers";
import { words } from "./words";

export type Chosen = { offer: Offer; beside: boolean } | { join: string };

interface Props {
  document: JourneyDocument;
  place: Place;
  anchor: Element;
  offers: readonly Offer[];
  onChoose: (chosen: Chosen) => void;
  onClose: () => void;
}

interface Entry {
  id: string;
  group: string;
  type: string;
  name: string;
  chosen: Chosen;
}

/** Asks what is to stand at a place: typed to and chosen with arrows and Enter, or clicked. */
export function InsertPicker({ document, place, anchor, offers, onChoose, onClose }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const list = useId();
  const trigger = useRef(anchor);
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const [beside, setBeside] = useState(false);
  const from = document.activities[place.from];
  const targets = (from && waysOf(from).find((way) => way.path === place.path)?.targets) ?? [];
  const parallel = targets.length > 0 && targets.every((target) => waits(document.activities[target]));
  const entries = useMemo((): Entry[] => {
    const fits = (offer: Offer) =>
      beside
        ? insertBeside(document, place, offer.activity) !== undefined
        : offer.type !== "end" || targets.length === 0;
    const added = FAMILIES.flatMap((family) =>
      offers
        .filter((offer) => offer.family === family && fits(offer))
        .map((offer) => ({
          id: offer.id,
          group: say(family),
          type: offer.type,
          name: offer.name,
          chosen: { offer, beside },
        })),
    );
    const joined = inOrder(document)
      .filter((id) => connect(document, place, id) !== undefined)
      .map((id) => {
        const activity = document.activities[id] ?? { type: "" };
        return {
          id: `join ${id}`,
          group: say("joinExisting"),
          type: activity.type,
          name: nameOf(activity, language),
          chosen: { join: id },
        };
      });
    return [...added, ...joined];
  }, [document, place, targets.length, offers, beside, say, language]);
  const found = searched(entries, (entry) => `${entry.name} ${entry.group}`, search);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = found[at]?.chosen;
    if (event.key === "Enter" && chosen) onChoose(chosen);
    else if (event.key === "ArrowDown") setAt((at + 1) % Math.max(1, found.length));
    else if (event.key === "ArrowUp") setAt((at + found.length - 1) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <Popover
      isOpen
      onOpenChange={(open) => !open && onClose()}
      triggerRef={trigger}
      placement="bottom"
      className={css.popover ?? ""}
    >
      <Dialog aria-label={say("insertTitle")} className={css.dialog ?? ""}>
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
          aria-label={say("insertTitle")}
          placeholder={say("insertTitle")}
          value={search}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setSearch(event.target.value);
            setAt(0);
          }}
        />
        {parallel && (
          <div className={css.how}>
            {[false, true].map((value) => (
              <button
                key={String(value)}
                type="button"
                aria-pressed={beside === value}
                onClick={() => setBeside(value)}
              >
                {say(value ? "beside" : "between")}
              </button>
            ))}
          </div>
        )}
        <div id={list} role="listbox" aria-label={say("insertTitle")} className={css.list}>
          {found.map((entry, index) => {
            const Icon = "join" in entry.chosen ? Spline : iconOf(entry.type);
            return (
              <div key={entry.id} role="presentation">
                {entry.group !== found[index - 1]?.group && <h4 role="presentation">{entry.group}</h4>}
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's, which keeps the focus */}
                {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
                <div
                  id={`${list}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  onClick={() => onChoose(entry.chosen)}
                  onMouseMove={() => setAt(index)}
                >
                  <Icon size={16} aria-hidden />
                  {entry.name}
                </div>
              </div>
            );
          })}
        </div>
        {found.length === 0 && <p className={css.nothing}>{say("nothingMatches")}</p>}
      </Dialog>
    </Popover>
  );
}

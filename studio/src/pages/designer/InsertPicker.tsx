import { type LucideIcon, Spline } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Dialog, Popover } from "react-aria-components";
import { iconOf } from "../../canvas/icons";
import { nameIn } from "../../canvas/names";
import { type Pick, Picker } from "../../components/Picker";
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

interface Entry extends Pick {
  chosen: Chosen;
}

/** Asks what is to stand at a place: typed to and chosen with arrows and Enter, or clicked. */
export function InsertPicker({ document, place, anchor, offers, onChoose, onClose }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const trigger = useRef(anchor);
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
          text: offer.name,
          shown: named(iconOf(offer.type), offer.name),
          chosen: { offer, beside },
        })),
    );
    const joined = inOrder(document)
      .filter((id) => connect(document, place, id) !== undefined)
      .map((id) => {
        const name = nameIn(document, id, language);
        return {
          id: `join ${id}`,
          group: say("joinExisting"),
          text: name,
          shown: named(Spline, name),
          chosen: { join: id },
        };
      });
    return [...added, ...joined];
  }, [document, place, targets.length, offers, beside, say, language]);
  return (
    <Popover
      isOpen
      onOpenChange={(open) => !open && onClose()}
      triggerRef={trigger}
      placement="bottom"
      className={css.popover ?? ""}
    >
      <Dialog aria-label={say("insertTitle")} className={css.dialog ?? ""}>
        <Picker
          label={say("insertTitle")}
          placeholder={say("insertTitle")}
          picks={entries}
          nothing={() => say("nothingMatches")}
          onPick={(entry) => onChoose(entry.chosen)}
        >
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
        </Picker>
      </Dialog>
    </Popover>
  );
}

function named(Icon: LucideIcon, name: string) {
  return (
    <>
      <Icon size={16} aria-hidden />
      {name}
    </>
  );
}

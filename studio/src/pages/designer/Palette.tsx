import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { iconOf } from "../../canvas/icons";
import { useKept } from "../../components/kept";
import { searched } from "../../components/rows";
import { SearchBox } from "../../components/SearchBox";
import { FAMILIES } from "../../document/kinds";
import { useSay } from "../../messages/use";
import type { Offer } from "./offers";
import css from "./Palette.module.css";
import { words } from "./words";

interface Props {
  offers: readonly Offer[];
  onAdd: (offer: Offer) => void;
  onDrag: (offer: Offer | undefined) => void;
}

/** All that can be put into the journey, in three groups; dragged, or added by double click or Enter. */
export function Palette({ offers, onAdd, onDrag }: Props) {
  const say = useSay(words);
  const [search, setSearch] = useState("");
  const [folded, fold] = useKept<Record<string, boolean>>("palette", {});
  const found = searched(offers, (offer) => `${offer.name} ${offer.detail ?? ""}`, search);
  return (
    <aside aria-label={say("palette")} className={css.palette}>
      <SearchBox label={say("searchPalette")} value={search} onChange={setSearch} />
      {FAMILIES.map((family) => {
        const here = found.filter((offer) => offer.family === family);
        const open = !folded[family] || search !== "";
        const Arrow = open ? ChevronDown : ChevronRight;
        return (
          <section key={family} className={css[family]}>
            <h3>
              <button type="button" aria-expanded={open} onClick={() => fold({ [family]: open })}>
                <Arrow size={14} aria-hidden />
                {say(family)}
                <span>{here.length}</span>
              </button>
            </h3>
            {open && (
              <ul>
                {here.map((offer) => {
                  const Icon = iconOf(offer.type);
                  return (
                    <li key={offer.id}>
                      <button
                        type="button"
                        draggable
                        title={offer.detail}
                        aria-label={say("paletteItem", { name: offer.name })}
                        onDragStart={(event) => {
                          event.dataTransfer.setData("text/plain", offer.name);
                          event.dataTransfer.effectAllowed = "copy";
                          onDrag(offer);
                        }}
                        onDragEnd={() => onDrag(undefined)}
                        onDoubleClick={() => onAdd(offer)}
                        onKeyDown={(event) => event.key === "Enter" && onAdd(offer)}
                      >
                        <Icon size={16} aria-hidden />
                        <span>{offer.name}</span>
                      </button>
                    </li>
                  );
                })}
              </ul>
            )}
          </section>
        );
      })}
      <p className={css.hint}>{say("paletteHint")}</p>
    </aside>
  );
}

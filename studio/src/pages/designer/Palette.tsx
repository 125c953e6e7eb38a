import { ChevronDown, ChevronRight, ListFilter } from "lucide-react";
import { useState } from "react";
import { iconOf } from "../../canvas/icons";
import { IconButton } from "../../components/Button";
import { useKept } from "../../components/kept";
import { Menu } from "../../components/Menu";
import { searched } from "../../components/rows";
import { SearchBox } from "../../components/SearchBox";
import { FAMILIES } from "../../document/kinds";
import { useSay } from "../../messages/use";
import { type Offer, useRecent } from "./offers";
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
  const [shown, show] = useKept("palette.shown", { available: true, recent: false });
  const [recent] = useRecent();
  const offered = offers.filter(
    ({ id, unfit }) => !(shown.available && unfit) && !(shown.recent && id.includes(":") && !recent.includes(id)),
  );
  const found = searched(offered, (offer) => `${offer.name} ${offer.detail ?? ""}`, search);
  return (
    <aside aria-label={say("palette")} className={css.palette}>
      <div className={css.head}>
        <SearchBox label={say("searchPalette")} value={search} onChange={setSearch} />
        <Menu
          label={say("paletteShows")}
          several
          trigger={
            <IconButton label={say("paletteShows")} icon={ListFilter} pressed={!shown.available || shown.recent} />
          }
          sections={[
            {
              items: [
                {
                  id: "available",
                  label: say("onlyAvailable"),
                  checked: shown.available,
                  onAction: () => show({ available: !shown.available }),
                },
                {
                  id: "recent",
                  label: say("onlyRecent"),
                  checked: shown.recent,
                  onAction: () => show({ recent: !shown.recent }),
                },
              ],
            },
          ]}
        />
      </div>
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
                  const why = offer.unfit && say(offer.unfit === "onlyFirst" ? "onlyFirst" : "unfitNamespace");
                  return (
                    <li key={offer.id}>
                      <button
                        type="button"
                        draggable={!why}
                        aria-disabled={why ? true : undefined}
                        title={why ?? offer.detail}
                        aria-label={why ? `${offer.name}: ${why}` : say("paletteItem", { name: offer.name })}
                        onDragStart={(event) => {
                          event.dataTransfer.setData("text/plain", offer.name);
                          event.dataTransfer.effectAllowed = "copy";
                          onDrag(offer);
                        }}
                        onDragEnd={() => onDrag(undefined)}
                        onDoubleClick={() => !why && onAdd(offer)}
                        onKeyDown={(event) => event.key === "Enter" && !why && onAdd(offer)}
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

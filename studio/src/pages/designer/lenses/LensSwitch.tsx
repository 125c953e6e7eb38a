import { Link } from "@tanstack/react-router";
import { Activity, FlaskConical, Ghost, History, PencilRuler } from "lucide-react";
import { useSay } from "../../../messages/use";
import css from "./Lens.module.css";
import type { Lens } from "./lens";
import { words } from "./words";

const ICONS = { design: PencilRuler, test: FlaskConical, backtest: History, live: Activity, shadow: Ghost };

/** Chooses how the canvas is looked through; each lens has an address of its own. */
export function LensSwitch({ journey, lens, lenses }: { journey: string; lens: Lens; lenses: readonly Lens[] }) {
  const say = useSay(words);
  return (
    <nav aria-label={say("lenses")} className={css.switch}>
      {lenses.map((each) => {
        const Icon = ICONS[each];
        return (
          <Link
            key={each}
            to="/journeys/$name"
            params={{ name: journey }}
            search={(old) => ({ ...old, activity: undefined, lens: each })}
            data-current={each === lens || undefined}
            activeProps={{ "aria-current": each === lens ? "true" : undefined }}
            {...(each === lens ? { "aria-current": "true" } : {})}
          >
            <Icon size={15} aria-hidden />
            {say(each)}
          </Link>
        );
      })}
    </nav>
  );
}

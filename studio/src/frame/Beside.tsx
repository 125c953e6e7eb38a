import { Link } from "@tanstack/react-router";
import { useSay } from "../messages/use";
import css from "./Beside.module.css";
import { BESIDE } from "./places";
import { words } from "./words";

/** From one page to those that belong to the same place of the rail. */
export function Beside({ of }: { of: keyof typeof BESIDE }) {
  const say = useSay(words);
  return (
    <nav aria-label={BESIDE[of].map(({ word }) => say(word)).join(" · ")} className={css.pages}>
      {BESIDE[of].map(({ to, word }) => (
        <Link
          key={to}
          to={to}
          search={({ sandbox }: { sandbox?: string | undefined }) => ({ sandbox })}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ className: css.here ?? "" }}
        >
          {say(word)}
        </Link>
      ))}
    </nav>
  );
}

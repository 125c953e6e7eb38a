import { Link } from "@tanstack/react-router";
import { useSay } from "../../messages/use";
import css from "./Schemas.module.css";
import { words } from "./words";

/** From schemas to field groups, and back. */
export function Switch() {
  const say = useSay(words);
  return (
    <nav aria-label={`${say("schemas")} · ${say("groups")}`} className={css.switch}>
      {(["schemas", "groups"] as const).map((page) => (
        <Link
          key={page}
          to={page === "schemas" ? "/configuration/schemas" : "/configuration/fieldgroups"}
          search={({ sandbox }) => ({ sandbox })}
          activeProps={{ className: css.here ?? "" }}
        >
          {say(page)}
        </Link>
      ))}
    </nav>
  );
}

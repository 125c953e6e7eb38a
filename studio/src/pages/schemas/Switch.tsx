import { Link } from "@tanstack/react-router";
import { useSay } from "../../messages/use";
import { classes, dataTypes, fieldGroups, schemas } from "./pageWords";
import css from "./Schemas.module.css";
import { words } from "./words";

/** Between schemas and what they are made of. */
export function Switch() {
  const say = useSay(words);
  const titles = {
    schemas: useSay(schemas)("title"),
    fieldgroups: useSay(fieldGroups)("title"),
    classes: useSay(classes)("title"),
    datatypes: useSay(dataTypes)("title"),
  };
  return (
    <nav aria-label={say("parts")} className={css.switch}>
      {(["schemas", "fieldgroups", "classes", "datatypes"] as const).map((page) => (
        <Link
          key={page}
          to={`/configuration/${page}`}
          search={({ sandbox }) => ({ sandbox })}
          activeProps={{ className: css.here ?? "" }}
        >
          {titles[page]}
        </Link>
      ))}
    </nav>
  );
}

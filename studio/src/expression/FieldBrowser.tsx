import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { searched } from "../components/rows";
import { SearchBox } from "../components/SearchBox";
import { useTypeName } from "../configuration/typeNames";
import { useSay } from "../messages/use";
import css from "./FieldBrowser.module.css";
import { type OfferedField, useFieldGroup, useFieldText, type Value } from "./fields";
import { words } from "./words";

interface Props {
  fields: readonly OfferedField[];
  samples: ReadonlyMap<string, readonly Value[]>;
  onAdd: (field: OfferedField) => void;
}

const SHOWN = 200;

/** All that an expression can look at, by where it comes from; dragged, or added by double click or Enter. */
export function FieldBrowser({ fields, samples, onAdd }: Props) {
  const say = useSay(words);
  const [search, setSearch] = useState("");
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const found = searched(fields, useFieldText(), search);
  const group = useFieldGroup();
  const groups = [...new Set(found.map(group))];
  const fold = (name: string) => {
    const next = new Set(folded);
    if (!next.delete(name)) next.add(name);
    setFolded(next);
  };
  return (
    <aside className={css.browser} aria-label={say("fields")}>
      <SearchBox label={say("searchField")} value={search} onChange={setSearch} />
      <div className={css.groups}>
        {groups.map((name) => {
          const open = search !== "" || !folded.has(name);
          const Arrow = open ? ChevronDown : ChevronRight;
          const here = found.filter((field) => group(field) === name);
          return (
            <section key={name}>
              <h3>
                <button type="button" aria-expanded={open} onClick={() => fold(name)}>
                  <Arrow size={14} aria-hidden />
                  {name}
                  <span>{here.length}</span>
                </button>
              </h3>
              {open && (
                <ul>
                  {here.slice(0, SHOWN).map((field) => (
                    <li key={field.reference}>
                      <Leaf field={field} samples={samples.get(field.reference)} onAdd={() => onAdd(field)} />
                    </li>
                  ))}
                </ul>
              )}
            </section>
          );
        })}
        {found.length === 0 && <p className="soft">{say("noFields")}</p>}
      </div>
      <p className={css.hint}>{say("fieldsHint")}</p>
    </aside>
  );
}

interface LeafProps {
  field: OfferedField;
  samples: readonly Value[] | undefined;
  onAdd: () => void;
}

function Leaf({ field, samples, onAdd }: LeafProps) {
  const typeName = useTypeName();
  const between = field.path.slice(1, -1).filter((part) => !part.startsWith("_"));
  return (
    <button
      type="button"
      draggable
      title={field.reference}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", field.reference);
        event.dataTransfer.effectAllowed = "copy";
      }}
      onDoubleClick={onAdd}
      onKeyDown={(event) => event.key === "Enter" && onAdd()}
    >
      <span>
        {between.length > 0 && <small>{between.join(" › ")} › </small>}
        {field.title}
      </span>
      <small>
        {[field.type === "segment" ? "" : typeName(field.type), samples?.join(", ")].filter(Boolean).join(" · ")}
      </small>
    </button>
  );
}

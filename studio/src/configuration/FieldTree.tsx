import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { SearchBox } from "../components/SearchBox";
import { useSay } from "../messages/use";
import css from "./FieldTree.module.css";
import { type Found, inside, isChosen, isPartly, type SchemaNode, searchedFields, toggled, typeOf } from "./fields";
import { words } from "./words";

const MOST_FOUND = 100;

interface Choosing {
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

interface Props {
  label: string;
  root: SchemaNode;
  /** Which fields are chosen, where they can be. */
  choosing?: Choosing | undefined;
  /** What stands behind a field: identities, relationships. */
  marks?: (path: string) => readonly string[];
}

/** The fields of a schema as a tree: what is inside a field is drawn when it is opened. */
export function FieldTree({ label, root, choosing, marks }: Props) {
  const say = useSay(words);
  const [search, setSearch] = useState("");
  const found = search.trim() ? searchedFields(root, search) : undefined;
  const rest = { root, choosing, marks };
  return (
    <div className={css.whole}>
      <SearchBox label={say("searchFields")} value={search} onChange={setSearch} />
      <div className={css.tree}>
        {found ? (
          <>
            <ul aria-label={label}>
              {found.slice(0, MOST_FOUND).map((each) => (
                <Node key={each.path} at={each} whole {...rest} />
              ))}
            </ul>
            {found.length === 0 && <p className="soft">{say("noField")}</p>}
            {found.length > MOST_FOUND && (
              <p className="soft">{say("tooMany", { count: found.length - MOST_FOUND })}</p>
            )}
          </>
        ) : (
          <Children node={root} path="" label={label} {...rest} />
        )}
      </div>
    </div>
  );
}

type Rest = Omit<Props, "label">;

function Children({ node, path, label, ...rest }: { node: SchemaNode; path: string; label?: string } & Rest) {
  return (
    <ul aria-label={label}>
      {Object.entries(inside(node)).map(([name, child]) => (
        <Node key={name} at={{ path: path ? `${path}.${name}` : name, name, node: child }} above={node} {...rest} />
      ))}
    </ul>
  );
}

function Node({ at, above, whole, ...rest }: { at: Found; above?: SchemaNode; whole?: boolean } & Rest) {
  const { path, name, node } = at;
  const { root, choosing, marks } = rest;
  const say = useSay(words);
  const [open, setOpen] = useState(false);
  const deep = Object.keys(inside(node)).length > 0;
  const shown = whole ? path : name;
  const required = above && (above.required ?? above.items?.required ?? []).includes(name);
  return (
    <li>
      <div className={css.row}>
        {deep ? (
          <button
            type="button"
            aria-expanded={open}
            aria-label={say(open ? "fold" : "open", { name: shown })}
            onClick={() => setOpen(!open)}
          >
            {open ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
          </button>
        ) : (
          <i aria-hidden />
        )}
        {choosing && (
          <input
            type="checkbox"
            aria-label={path}
            checked={isChosen(choosing.chosen, path)}
            ref={(box) => {
              if (box) box.indeterminate = isPartly(choosing.chosen, path);
            }}
            onChange={() => choosing.onChange(toggled(choosing.chosen, path, root))}
          />
        )}
        <span className={css.name}>{shown}</span>
        {node.title && <span className={css.title}>{node.title}</span>}
        <span className={css.marks}>
          {marks?.(path).map((mark) => (
            <Mark key={mark}>{mark}</Mark>
          ))}
          {(node["meta:usageLabels"] ?? []).map((label) => (
            <Mark key={label} kind="label">
              <span className="only-read-aloud">{say("usageLabel")} </span>
              {label}
            </Mark>
          ))}
          {required && <Mark>{say("required")}</Mark>}
        </span>
        <span className={css.type}>{useTypeWords()(node)}</span>
      </div>
      {node.description && open && <p className={css.about}>{node.description}</p>}
      {open && deep && <Children node={node} path={path} {...rest} />}
    </li>
  );
}

function Mark({ children, kind }: { children: ReactNode; kind?: "label" }) {
  return <span className={`${css.mark} ${kind ? css[kind] : ""}`}>{children}</span>;
}

/** A field's type in words: "List: Text". */
function useTypeWords(): (node: SchemaNode) => string {
  const say = useSay(words);
  const word = (node: SchemaNode): string => {
    const type = typeOf(node);
    if (type === "list" && node.items) return say("listOf", { type: word(node.items) });
    if (type === "map" && typeof node.additionalProperties === "object")
      return say("mapOf", { type: word(node.additionalProperties) });
    return say(type);
  };
  return word;
}

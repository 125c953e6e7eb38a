import { EdgeLabelRenderer, type EdgeProps, Handle, type NodeProps, Position } from "@xyflow/react";
import { Plus, Trash2 } from "lucide-react";
import { memo, type ReactNode, useContext } from "react";
import type { Place } from "../document/ways";
import { useLanguage } from "../frame/preferences";
import { number, percent } from "../messages/text";
import { useSay } from "../messages/use";
import css from "./Canvas.module.css";
import { InsertingContext, SelectingContext } from "./context";
import { curve, type FreeNode, samePlace, type WayEdge } from "./flow";
import { pathWord } from "./summary";
import { words } from "./words";

/** An arrow: the path's name, how many went, and a place to insert; as wide as its share. */
export const Way = memo(function Way({ data, target }: EdgeProps<WayEdge>) {
  const language = useLanguage();
  const { onInsert, onCut } = useContext(InsertingContext);
  const { onNumber } = useContext(SelectingContext);
  const say = useSay(words);
  if (!data) return null;
  const { place, from, to, points, label, first, free, count, share, other } = data;
  const name = pathWord(place.path, language);
  const width = share === undefined ? 1.75 : 1.5 + 6.5 * Math.min(1, share);
  return (
    <>
      <path
        d={curve(points)}
        className={`${css.arrow} ${place.path === "error" || place.path === "timeout" ? css.alternative : ""}`}
        style={{ strokeWidth: width }}
        markerEnd={share === undefined ? "url(#arrow-head)" : undefined}
      />
      {(first || onCut) && (
        <EdgeLabelRenderer>
          <div
            className={css.label}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {first && (name || count !== undefined) && (
              <span className={css.words}>
                {name && <span className={css.path}>{name}</span>}
                {count !== undefined && (
                  <CountLabel
                    onPress={onNumber && count > 0 ? () => onNumber({ what: "took", place }) : undefined}
                    label={say("tookLong", { count, path: name || from })}
                  >
                    {number(count, language)} {share !== undefined && <small>{percent(share, language)}</small>}
                  </CountLabel>
                )}
                {other !== undefined && (
                  <small className={css.other} title={say("compared")}>
                    {percent(other, language)}
                  </small>
                )}
              </span>
            )}
            {first && !free && onInsert && <InsertButton place={place} from={from} />}
            {onCut && !free && (
              <button
                type="button"
                tabIndex={-1} // by keyboard, ways are detached in the pane
                className={css.cut}
                aria-label={say("deletePathTo", { name: to })}
                title={say("deletePath")}
                onClick={() => onCut(place, target)}
              >
                <Trash2 size={12} aria-hidden />
              </button>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function CountLabel({
  onPress,
  label,
  children,
}: {
  onPress: (() => void) | undefined;
  label: string;
  children: ReactNode;
}) {
  if (!onPress) return <span className={css.count}>{children}</span>;
  return (
    <button type="button" className={css.count} title={label} onClick={onPress}>
      {children}
      <span className="only-read-aloud"> {label}</span>
    </button>
  );
}

/** The free place at the end of a path. */
export const FreeEnd = memo(function FreeEnd({ data }: NodeProps<FreeNode>) {
  const { onInsert } = useContext(InsertingContext);
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className={css.handle} />
      {onInsert ? <InsertButton place={data.place} from={data.from} free /> : <span className={css.end} />}
    </>
  );
});

function InsertButton({ place, from, free = false }: { place: Place; from: string; free?: boolean }) {
  const say = useSay(words);
  const language = useLanguage();
  const { onInsert, dragging, over } = useContext(InsertingContext);
  const path = pathWord(place.path, language);
  const look = [css.plus, free ? css.free : "", dragging ? css.open : "", samePlace(over, place) ? css.over : ""];
  return (
    <button
      type="button"
      data-place={`${place.from}/${place.path}`}
      data-free={free || undefined}
      aria-label={path ? say("insertAfter", { name: from, path }) : say("insertNext", { name: from })}
      title={say("insert")}
      className={look.join(" ")}
      onClick={(event) => onInsert?.(place, event.currentTarget)}
    >
      <Plus size={14} aria-hidden />
    </button>
  );
}

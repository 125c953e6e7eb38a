import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, TriangleAlert, UserRound, UserRoundX } from "lucide-react";
import { memo, type ReactNode, useContext } from "react";
import { familyOf } from "../document/kinds";
import { useLanguage } from "../frame/preferences";
import { number } from "../messages/text";
import { useSay } from "../messages/use";
import css from "./Canvas.module.css";
import { SelectingContext } from "./context";
import type { Marks, ActivityNode as Shape } from "./flow";
import { iconOf } from "./icons";
import { kindWord } from "./names";
import { summaryOf } from "./summary";
import { words } from "./words";

/** A node: it tells its story without being opened. */
export const ActivityNode = memo(function ActivityNode({ data }: NodeProps<Shape>) {
  const { id, name, activity, start, marks, here, dropped } = data;
  const say = useSay(words);
  const language = useLanguage();
  const { onSelect, onNumber, selected } = useContext(SelectingContext);
  const Icon = iconOf(activity.type);
  const summary = summaryOf(activity, language);
  const chosen = selected.has(id);
  return (
    <>
      {!start && <Handle type="target" position={Position.Left} isConnectable={false} className={css.handle} />}
      {start && (
        <span className={css.start} aria-hidden>
          {say("start")}
        </span>
      )}
      <button
        type="button"
        data-activity={id}
        aria-pressed={chosen}
        className={`${css.node} ${css[familyOf(activity.type)]} ${chosen ? css.chosen : ""}`}
        onClick={(event) => onSelect(id, event.ctrlKey || event.metaKey || event.shiftKey)}
      >
        <span className={css.badge}>
          <Icon size={18} aria-hidden />
        </span>
        <span className={css.story}>
          <small>{kindWord(activity.type, language)}</small>
          <strong title={name}>{name}</strong>
          {summary && <span title={summary}>{summary}</span>}
        </span>
        <Mark marks={marks} />
      </button>
      {here !== undefined && here > 0 && (
        <NumberBadge
          look={css.here ?? ""}
          title={say("hereLong", { count: here })}
          onPress={onNumber && (() => onNumber({ what: "here", activity: id }))}
        >
          <UserRound size={12} aria-hidden />
          {number(here, language)}
        </NumberBadge>
      )}
      {dropped > 0 && (
        <NumberBadge
          look={css.dropped ?? ""}
          title={say("droppedLong", { count: dropped })}
          onPress={onNumber && (() => onNumber({ what: "dropped", activity: id }))}
        >
          <UserRoundX size={12} aria-hidden />
          {number(dropped, language)}
        </NumberBadge>
      )}
      {activity.type !== "end" && (
        <Handle type="source" position={Position.Right} isConnectable={false} className={css.handle} />
      )}
    </>
  );
});

interface BadgeProps {
  look: string;
  title: string;
  onPress: (() => void) | undefined;
  children: ReactNode;
}

/** A number on a node; a button where the people behind it can be shown. */
function NumberBadge({ look, title, onPress, children }: BadgeProps) {
  const spoken = <span className="only-read-aloud">{title}</span>;
  if (!onPress) {
    return (
      <span className={look} title={title}>
        {children}
        {spoken}
      </span>
    );
  }
  return (
    <button type="button" className={look} title={title} onClick={onPress}>
      {children}
      {spoken}
    </button>
  );
}

function Mark({ marks }: { marks: Marks | undefined }) {
  const say = useSay(words);
  if (!marks || marks.errors + marks.warnings === 0) return null;
  const bad = marks.errors > 0;
  const text = bad ? say("errorsHere", { count: marks.errors }) : say("warningsHere", { count: marks.warnings });
  const Icon = bad ? CircleAlert : TriangleAlert;
  return (
    <span className={bad ? css.bad : css.warn} title={text}>
      <Icon size={16} aria-hidden />
      <span className="only-read-aloud">{text}</span>
    </span>
  );
}

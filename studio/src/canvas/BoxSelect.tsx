import { useReactFlow } from "@xyflow/react";
import { type PointerEvent, type ReactNode, useRef, useState } from "react";
import { inBox } from "../document/box";
import type { Layout } from "../document/layout";
import css from "./Canvas.module.css";

interface Props {
  layout: Layout;
  ids: readonly string[];
  onBox: (ids: readonly string[], added: boolean) => void;
  children: ReactNode;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A few pixels are a click. */
const LEAST = 6;

/** Lets one draw a box on the empty canvas: what it touches is selected; with Shift, besides what is. */
export function BoxSelect({ layout, ids, onBox, children }: Props) {
  const flow = useReactFlow();
  const begun = useRef<{ x: number; y: number } | undefined>(undefined);
  const [box, setBox] = useState<Box | undefined>();
  const boxTo = (event: PointerEvent<HTMLElement>): Box | undefined => {
    const from = begun.current;
    if (!from) return undefined;
    const room = event.currentTarget.getBoundingClientRect();
    const [width, height] = [Math.abs(event.clientX - from.x), Math.abs(event.clientY - from.y)];
    if (width + height < LEAST) return undefined;
    const [left, top] = [Math.min(event.clientX, from.x) - room.left, Math.min(event.clientY, from.y) - room.top];
    return { left, top, width, height };
  };
  return (
    <div
      className={css.boxed}
      onPointerDown={(event) => {
        const onPane = (event.target as HTMLElement).classList.contains("react-flow__pane");
        if (event.button === 0 && onPane) begun.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={(event) => {
        if (!begun.current) return;
        const next = boxTo(event);
        if (next && !box) event.currentTarget.setPointerCapture(event.pointerId);
        setBox(next);
      }}
      onPointerUp={(event) => {
        const from = begun.current;
        begun.current = undefined;
        if (!from || !box) return;
        const corners = [from, { x: event.clientX, y: event.clientY }].map((at) => flow.screenToFlowPosition(at));
        setBox(undefined);
        if (corners[0] && corners[1]) onBox(inBox(layout, ids, corners[0], corners[1]), event.shiftKey);
      }}
      onClickCapture={(event) => {
        if (box) event.stopPropagation();
      }}
    >
      {children}
      {box && <div className={css.box} style={box} />}
    </div>
  );
}

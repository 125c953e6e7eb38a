import { createContext } from "react";
import type { Place } from "../document/ways";
import type { Counting } from "./flow";

export interface CanvasActions {
  /** Absent where nothing can be changed. */
  onInsert?: (place: Place, anchor: Element) => void;
  onSelect: (id: string, several: boolean) => void;
  /** Absent where nobody can be shown behind a number. */
  onNumber?: (number: Counting) => void;
  selected: ReadonlySet<string>;
  /** While something is dragged from the palette: places offer themselves. */
  dragging: boolean;
  /** The place that would take what is dragged. */
  over: Place | undefined;
}

export const CanvasContext = createContext<CanvasActions>({
  onSelect: () => undefined,
  selected: new Set(),
  dragging: false,
  over: undefined,
});

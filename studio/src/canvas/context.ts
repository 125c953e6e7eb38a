import { createContext } from "react";
import type { Place } from "../document/ways";
import type { Counting } from "./flow";

export interface Selecting {
  onSelect: (id: string, several: boolean) => void;
  /** Absent where nobody can be shown behind a number. */
  onNumber?: (number: Counting) => void;
  selected: ReadonlySet<string>;
}

export const SelectingContext = createContext<Selecting>({ onSelect: () => undefined, selected: new Set() });

export interface Inserting {
  /** Absent where nothing can be changed. */
  onInsert?: (place: Place, anchor: Element) => void;
  /** Takes an arrow away. */
  onCut?: (place: Place, to: string) => void;
  /** While something is dragged from the palette: places offer themselves. */
  dragging: boolean;
  /** The place that would take what is dragged. */
  over: Place | undefined;
}

/** Apart from what is selected: while something is dragged, activities need not be drawn anew. */
export const InsertingContext = createContext<Inserting>({ dragging: false, over: undefined });

import { lazy, Suspense } from "react";
import type { Journey } from "../../../api/journeys";
import type { Change } from "../../../document/change";
import type { JourneyDocument } from "../../../document/types";
import type { Lens } from "./lens";

export interface LensProps {
  journey: Journey;
  /** The version that is open, as it is in the designer: the latest, unless `version` says another. */
  document: JourneyDocument;
  version?: number | undefined;
  /** How many errors it has. */
  errors: number;
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  onShowFindings: () => void;
  /** Changes the draft; absent where it cannot be. */
  /** Changes texts of a version that runs; absent where one may not. */
  onTexts?: ((change: Change | undefined) => void) | undefined;
  onEdit?: ((change: Change | undefined) => void) | undefined;
}

const SHOWN = {
  test: lazy(() => import("./TestLens")),
  backtest: lazy(() => import("./BacktestLens")),
  live: lazy(() => import("./LiveLens")),
  shadow: lazy(() => import("./ShadowLens")),
};

/** The canvas through any lens but the designer's own; each is loaded when it is first looked through. */
export function Through({ lens, ...props }: LensProps & { lens: Exclude<Lens, "design"> }) {
  const Chosen = SHOWN[lens];
  return (
    <Suspense>
      <Chosen {...props} />
    </Suspense>
  );
}

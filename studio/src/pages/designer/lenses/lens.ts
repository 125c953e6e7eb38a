/** How the one canvas is looked through. */
import type { Journey } from "../../../api/journeys";
import type { JourneyStatus } from "../../../api/types";

export const LENSES = ["design", "test", "backtest", "live", "shadow"] as const;
export type Lens = (typeof LENSES)[number];

const IN_TEST: readonly (JourneyStatus | undefined)[] = ["test", "activatingTest", "deactivatingTest"];

export function isLens(value: unknown): value is Lens {
  return LENSES.some((lens) => lens === value);
}

/** Whether the latest version has not been published yet. */
export function isDraft(journey: Journey): boolean {
  const status = journey.versions.at(-1)?.status;
  return status === "draft" || IN_TEST.includes(status);
}

export function hasRun(journey: Journey): boolean {
  return journey.versions.some((version) => version.status !== "draft" && !IN_TEST.includes(version.status));
}

/** The lens through which a journey is seen unless another is asked for: what runs is watched, a draft is worked on. */
export function usualLens(journey: Journey, editing: boolean, mayReport: boolean): Lens {
  const status = journey.versions.at(-1)?.status;
  if (editing) return "design";
  if (IN_TEST.includes(status)) return "test";
  return status !== "draft" && mayReport ? "live" : "design";
}

/** The lenses that there are for a journey. */
export function lensesOf(journey: Journey, mayReport: boolean, shadowed: boolean): readonly Lens[] {
  const beside = isDraft(journey) && journey.versions.some((version) => version.status === "live");
  return LENSES.filter((lens) => {
    if (lens === "live") return hasRun(journey) && mayReport;
    if (lens === "shadow") return shadowed || beside;
    return true;
  });
}

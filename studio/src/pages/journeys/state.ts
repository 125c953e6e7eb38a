import type { JourneyStatus } from "../../api/types";

/** What may be done with a journey, by the statuses of its versions [6.4 to 6.6]. */
export function allowed(statuses: readonly JourneyStatus[]): { close: boolean; stop: boolean; delete: boolean } {
  return {
    close: statuses.includes("live"),
    stop: statuses.some((status) => status === "live" || status === "closed"),
    delete: statuses.every((status) => ["draft", "finished", "stopped"].includes(status)),
  };
}

import type { ListedJourney, Version } from "../../api/types";

/** The version that people look for first: the newest that takes or holds people, else the newest. */
export function shownVersion(journey: ListedJourney): Version | undefined {
  const running = journey.versions.filter((each) => ["live", "publishing", "stopping"].includes(each.status));
  return running.at(-1) ?? journey.versions.at(-1);
}

/** What may be done with a journey in its present state [6.4 to 6.6]. */
export function allowed(journey: ListedJourney): { close: boolean; stop: boolean; remove: boolean } {
  const statuses = journey.versions.map((each) => each.status);
  return {
    close: statuses.includes("live"),
    stop: statuses.some((status) => status === "live" || status === "closed"),
    remove: statuses.every((status) => ["draft", "finished", "stopped"].includes(status)),
  };
}

/** A name like `name` that none of the others has. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number++) {
    const other = `${name} ${number}`;
    if (!taken.includes(other)) return other;
  }
}

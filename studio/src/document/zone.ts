/** Moments in a time zone: what its clocks show, and the instant with its offset that they stand for. */

/** The offset of a zone from UTC at an instant, in minutes. */
function offsetAt(zone: string, epochMs: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(epochMs);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((shown - epochMs) / 60_000);
}

function known(zone: string): string {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

/** What clocks in a zone show at an instant: `2027-01-01T09:00`; empty where the text is no instant. */
export function wallOf(instant: string, zone: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return "";
  return new Date(at + offsetAt(known(zone), at) * 60_000).toISOString().slice(0, 16);
}

/** The instant at which clocks in a zone show this: `2027-01-01T09:00:00+09:00`. */
export function instantOf(wall: string, zone: string): string {
  const shown = Date.parse(`${wall}Z`);
  let offset = offsetAt(known(zone), shown);
  offset = offsetAt(known(zone), shown - offset * 60_000); // near a change of the clocks
  const size = Math.abs(offset);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${wall}:00${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** All zones, each with its present offset: "Asia/Seoul (GMT+9)". */
export function zones(now: number): readonly { id: string; label: string }[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")].map((id) => {
    const offset = offsetAt(id, now) / 60;
    const hours = Math.trunc(offset);
    const minutes = Math.round(Math.abs(offset - hours) * 60);
    const sign = offset < 0 ? "−" : "+";
    return { id, label: `GMT${sign}${Math.abs(hours)}${minutes ? `:${String(minutes).padStart(2, "0")}` : ""}` };
  });
}

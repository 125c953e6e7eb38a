import type { Report } from "../../api/types";
import { type Counted, droppedAt } from "../../canvas/flow";
import { nameIn } from "../../canvas/names";
import { pathWord } from "../../canvas/summary";
import type { JourneyDocument } from "../../document/types";
import { inOrder, waysOf } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";
import { number, percent } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { faults, reasons, words } from "./words";

/** Each activity and its paths: who stands there, who went on by which, and who left the journey there. */
export function Activities({ document, counts }: { document: JourneyDocument; counts: Counted }) {
  const say = useSay(words);
  const language = useLanguage();
  const rows = inOrder(document).flatMap((id) => {
    const activity = document.activities[id];
    if (!activity || activity.type === "end") return [];
    const counted = counts.activities[id];
    const ways = waysOf(activity);
    const whole = {
      name: nameIn(document, id, language),
      key: id,
      here: counted?.current,
      passed: counted?.left ?? 0,
      left: droppedAt(counts, id),
      path: false,
    };
    const paths = ways.map(({ path }) => ({
      name: pathWord(path, language) || path,
      key: `${id}/${path}`,
      here: undefined,
      passed: counted?.arrows[`${id}/${path}`] ?? 0,
      left: undefined,
      path: true,
    }));
    return ways.length > 1 ? [whole, ...paths] : [whole];
  });
  const share = (count: number) => (counts.entered > 0 ? percent(count / counts.entered, language) : "-");
  const told = (count: number | undefined) => (count === undefined ? "" : number(count, language));
  return (
    <section className={css.card}>
      <h2>{say("activities")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("activity")}</th>
            <th scope="col">{say("here")}</th>
            <th scope="col">{say("passed")}</th>
            <th scope="col">{say("conversion")}</th>
            <th scope="col">{say("droppedOff")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-path={row.path || undefined}>
              <th scope="row">{row.name}</th>
              <td>{told(row.here)}</td>
              <td>{told(row.passed)}</td>
              <td>{share(row.passed)}</td>
              <td>{told(row.left)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Each action: how often it was called, and how that ended. */
export function Actions({ report }: { report: Pick<Report, "actions"> & Partial<Pick<Report, "queued">> }) {
  const say = useSay(words);
  const fault = useSay(faults);
  const language = useLanguage();
  const rows = Object.entries(report.actions);
  if (rows.length === 0) return null;
  const failures = (failed: Record<string, number>) =>
    Object.entries(failed)
      .map(
        ([kind, count]) => `${kind in faults ? fault(kind as keyof typeof faults) : kind} ${number(count, language)}`,
      )
      .join(", ") || "0";
  return (
    <section className={css.card}>
      <h2>{say("actions")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("action")}</th>
            <th scope="col">{say("called")}</th>
            <th scope="col">{say("ok")}</th>
            <th scope="col">{say("attempts")}</th>
            <th scope="col">{say("errors")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, action]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{number(action.called, language)}</td>
              <td>{number(action.ok, language)}</td>
              <td>{number(action.attempts, language)}</td>
              <td>{failures(action.failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {Object.entries(report.queued ?? {}).map(([action, count]) => (
        <p key={action} className="soft">
          {say("queued", { action, count })}
        </p>
      ))}
    </section>
  );
}

/** Events that had no effect, by reason. */
export function Discarded({ report }: { report: Report }) {
  const say = useSay(words);
  const why = useSay(reasons);
  const language = useLanguage();
  const rows = Object.entries(report.discarded);
  if (rows.length === 0) return null;
  return (
    <section className={css.card}>
      <h2>{say("discarded")}</h2>
      <table>
        <tbody>
          {rows.map(([reason, count]) => (
            <tr key={reason}>
              <th scope="row">{reason in reasons ? why(reason as keyof typeof reasons) : reason}</th>
              <td>{number(count, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

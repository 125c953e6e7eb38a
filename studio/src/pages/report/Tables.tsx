import type { Report, VersionReport } from "../../api/types";
import { nameOf } from "../../canvas/summary";
import type { JourneyDocument } from "../../document/types";
import { inOrder } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";
import { catalogue, number } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { words } from "./words";

/** Each activity: who stands there, who went on. The numbers of the flow as a table. */
export function Activities({ document, counts }: { document: JourneyDocument; counts: VersionReport }) {
  const say = useSay(words);
  const language = useLanguage();
  const rows = inOrder(document).filter((id) => document.activities[id]?.type !== "end");
  return (
    <section className={css.card}>
      <h2>{say("activities")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("activity")}</th>
            <th scope="col">{say("here")}</th>
            <th scope="col">{say("passed")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((id) => (
            <tr key={id}>
              <th scope="row">{nameOf(document.activities[id] ?? { type: "" }, language)}</th>
              <td>{number(counts.activities[id]?.current ?? 0, language)}</td>
              <td>{number(counts.activities[id]?.left ?? 0, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Each action: how often it was called, and how that ended. */
export function Actions({ report }: { report: Report }) {
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
      {Object.entries(report.queued).map(([action, count]) => (
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

const faults = catalogue({
  http: ["HTTP error", "HTTP 오류"],
  timeout: ["timed out", "시간 초과"],
  capping: ["over the call cap", "호출 상한 초과"],
  error: ["not reached", "연결 실패"],
  instanceTimedOut: ["longest stay reached", "최대 체류 기간 초과"],
});

const reasons = catalogue({
  EVENT_WITH_NO_JOURNEY: ["No journey was live", "라이브 여정 없음"],
  reentranceNotAllowed: ["The customer has been in before", "재진입 불가"],
  notAwaited: ["Not awaited where the customer was", "기다리지 않던 이벤트"],
  notStarted: ["Before the start date", "시작일 이전"],
  ended: ["After the end date", "종료일 이후"],
  closed: ["The journey was closed to entries", "진입 마감된 여정"],
  stopped: ["The journey was stopped", "중지된 여정"],
  conditionFailed: ["The event's condition failed", "이벤트 조건 평가 오류"],
  keyMissing: ["It names no customer", "고객 식별자 없음"],
  keyFailed: ["The key's expression failed", "키 표현식 평가 오류"],
});

import { Link } from "@tanstack/react-router";
import { useSay } from "../../messages/use";
import css from "./ReportPages.module.css";
import { words } from "./words";

/** The pages of reports, beside each other. */
export function ReportPages() {
  const say = useSay(words);
  return (
    <nav aria-label={say("title")} className={css.pages}>
      <Link
        to="/reports"
        activeOptions={{ exact: true, includeSearch: false }}
        activeProps={{ className: css.here ?? "" }}
      >
        {say("journeys")}
      </Link>
      <Link to="/reports/alerts" activeProps={{ className: css.here ?? "" }}>
        {say("alerts")}
      </Link>
      <Link to="/reports/query" activeProps={{ className: css.here ?? "" }}>
        {say("query")}
      </Link>
    </nav>
  );
}

import { useMutation, useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ask, get } from "../../api/client";
import type { Answer } from "../../api/metrics";
import type { components } from "../../api/schema";
import { Button } from "../../components/Button";
import { useKept } from "../../components/kept";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { Beside } from "../../frame/Beside";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { ExportMenu } from "../report/ExportMenu";
import css from "./Query.module.css";
import { words } from "./words";

type Dataset = components["schemas"]["Dataset"];
const Editor = lazy(() => import("./SqlEditor").then((module) => ({ default: module.SqlEditor })));
const FIRST = `SELECT _experience.journeyOrchestration.stepEvents.nodeName AS activity, count(*) AS steps
FROM journey_step_events
GROUP BY 1
ORDER BY 2 DESC`;
/** Rows that are shown; a file has all. */
const SHOWN = 500;

/** SQL over what happened, for those who know it: a table, to look at or to keep. */
export default function Query() {
  const say = useSay(words);
  const sandbox = useSandbox();
  const [kept, keep] = useKept("query", { sql: FIRST });
  const [asked, setAsked] = useState("");
  const datasets = useQuery({
    queryKey: ["datasets of queries"],
    queryFn: () => get<Dataset[]>("/api/query/datasets"),
  });
  const run = useMutation({
    mutationFn: async (sql: string) =>
      (await ask<Answer>("POST", "/api/query", { sandbox, body: { sql, limit: SHOWN } })).body,
  });
  const start = () => {
    setAsked(kept.sql);
    run.mutate(kept.sql);
  };
  return (
    <Page title={say("title")} lead={say("lead")} actions={<Beside of="/reports" />}>
      <div className={css.whole}>
        <aside className={css.datasets} aria-label={say("datasets")}>
          <h2>{say("datasets")}</h2>
          {datasets.data?.map((dataset) => (
            <details key={dataset.name}>
              <summary>{dataset.name}</summary>
              <ul>
                {dataset.fields.map((field) => (
                  <li key={field.name}>
                    <code>{field.name}</code>
                    <small>{field.type}</small>
                  </li>
                ))}
              </ul>
            </details>
          ))}
        </aside>
        <div className={css.main}>
          <div className={css.editor}>
            <Suspense>
              <Editor
                label={say("sql")}
                text={kept.sql}
                datasets={datasets.data ?? NONE}
                onChange={(sql) => keep({ sql })}
                onRun={start}
              />
            </Suspense>
          </div>
          <div className={css.bar}>
            <Button
              kind="primary"
              icon={Play}
              why={!kept.sql.trim() && say("needsSql")}
              busy={run.isPending}
              onPress={start}
            >
              {say("run")}
            </Button>
            {run.data && <ExportMenu path="/api/query" name="query" body={{ sql: asked, limit: 1_000_000 }} />}
            <span className="soft">{say("runHint")}</span>
          </div>
          {run.error && <Notice kind="error">{run.error.message}</Notice>}
          {run.data && <Result answer={run.data} />}
        </div>
      </div>
    </Page>
  );
}

const NONE: readonly Dataset[] = [];

function Result({ answer }: { answer: Answer }) {
  const say = useSay(words);
  return (
    <>
      <p role="status" className="soft">
        {say(answer.truncated ? "firstRows" : "rows", { count: answer.rows.length })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section className={css.result} tabIndex={0} aria-label={say("result")}>
        <table>
          <thead>
            <tr>
              {answer.columns.map((column) => (
                <th key={column.name} scope="col" title={column.type}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={answer.columns[column]?.name} data-number={typeof value === "number" || undefined}>
                    {value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

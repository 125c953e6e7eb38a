import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../api/client";
import { type Journey, journeyPath } from "../../api/journeys";
import type { components } from "../../api/schema";
import { nameIn } from "../../canvas/names";
import { pathWord } from "../../canvas/summary";
import { SelectField } from "../../components/Field";
import { inOrder, waysOf } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";
import { number, percent } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { Sheet } from "./Sheet";
import { words } from "./words";

type Compared = components["schemas"]["Compared"];

interface Props {
  journey: Journey;
  since: string | undefined;
  until: string | undefined;
}

const VERSIONS = "";

/** Versions against each other, or the branches of a split, by how many came to a goal: with the sentence that says it. */
export function Comparison({ journey, since, until }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const { document } = journey;
  const name = (id: string) => nameIn(document, id, language);
  const splits = inOrder(document).filter((id) => waysOf(document.activities[id] ?? { type: "end" }).length > 1);
  const tests = splits.filter((id) => document.activities[id]?.type === "percentageSplit");
  const several = journey.versions.filter((version) => version.status !== "draft").length > 1;
  const [what, setWhat] = useState(tests[0] ?? (several ? VERSIONS : (splits[0] ?? VERSIONS)));
  const [goal, setGoal] = useState("completed");
  const query = useQuery({
    queryKey: ["comparison", sandbox, journey.name, what, goal, since, until, language],
    queryFn: ({ signal }) => {
      const asked = new URLSearchParams({ goal, ...(what ? { activity: what } : {}) });
      if (since) asked.set("since", since);
      if (until) asked.set("until", until);
      return get<Compared[]>(`${journeyPath(journey.name)}/comparison?${asked}`, sandbox, signal);
    },
    enabled: several || splits.length > 0,
  });
  if (!several && splits.length === 0) return null;
  const compared = query.data ?? [];
  const [first] = compared;
  const sides = first ? [first.base, ...compared.map((each) => each.group)] : [];
  const goals = inOrder(document).filter((id) => id !== document.start && document.activities[id]?.type !== "end");
  return (
    <section className={css.card}>
      <h2>{say("comparison")}</h2>
      <div className={css.bar}>
        <SelectField
          label={say("compared")}
          value={what}
          onChange={setWhat}
          options={[
            ...(several ? [{ id: VERSIONS, label: say("versions") }] : []),
            ...[...tests, ...splits.filter((id) => !tests.includes(id))].map((id) => ({
              id,
              label: say("pathsOf", { name: name(id) }),
            })),
          ]}
        />
        <SelectField
          label={say("goal")}
          value={goal}
          onChange={setGoal}
          options={[
            { id: "completed", label: say("goalCompleted") },
            ...goals.map((id) => ({ id, label: say("goalReached", { name: name(id) }) })),
          ]}
        />
      </div>
      {query.error && <p className="soft">{query.error.message}</p>}
      {query.data && compared.length === 0 && <p className="soft">{say("nothingToCompare")}</p>}
      {sides.length > 0 && (
        <Sheet
          first={say("group")}
          rows={sides}
          name={(side) => (what ? pathWord(side.name.slice(what.length + 1), language) || side.name : side.name)}
          columns={[
            { id: "size", label: say("groupSize"), cell: (side) => number(side.size, language) },
            { id: "reached", label: say("reached"), cell: (side) => number(side.reached, language) },
            {
              id: "share",
              label: say("share"),
              cell: (side) => (side.share === null ? "-" : percent(side.share, language)),
            },
          ]}
        />
      )}
      {compared.map((each) => (
        <p key={each.group.name} data-verdict={each.verdict} className={css.verdict}>
          {each.sentence}
        </p>
      ))}
    </section>
  );
}

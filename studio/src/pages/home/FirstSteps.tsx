import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useDocuments } from "../../api/documents";
import type { ListedJourney } from "../../api/types";
import { Button } from "../../components/Button";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { NewJourney } from "../journeys/NewJourney";
import css from "./Home.module.css";
import { words } from "./words";

/** The guided way to a first journey: an event, a journey, publish. */
export function FirstSteps({ journeys }: { journeys: readonly ListedJourney[] }) {
  const say = useSay(words);
  const [creating, setCreating] = useState(false);
  const hasEvents = (useDocuments("events").data ?? []).length > 0;
  const mayManage = useMay("manage-journeys");
  const draft = journeys[0];
  const steps = [
    { word: "step1", done: hasEvents },
    { word: "step2", done: draft !== undefined },
    { word: "step3", done: false },
  ] as const;
  const now = steps.findIndex((step) => !step.done);
  return (
    <section className={css.first}>
      <h2>{say("firstTitle")}</h2>
      <p className="soft">{say("firstLead")}</p>
      <ol className={css.steps}>
        {steps.map(({ word, done }, index) => (
          <li key={word} aria-current={index === now ? "step" : undefined} className={done ? css.done : undefined}>
            <span className={css.number}>{done ? <CircleCheck size={20} aria-label={say("done")} /> : index + 1}</span>
            <div>
              <h3>{say(word)}</h3>
              <p className="soft">{say(`${word}Text`)}</p>
            </div>
          </li>
        ))}
      </ol>
      {draft ? (
        <Link to="/journeys/$name" params={{ name: draft.name }} className={css.next ?? ""}>
          {say("openDraft")}
        </Link>
      ) : (
        <Button kind="primary" onPress={() => setCreating(true)} isDisabled={!mayManage}>
          {say("createJourney")}
        </Button>
      )}
      {creating && <NewJourney onClose={() => setCreating(false)} />}
    </section>
  );
}

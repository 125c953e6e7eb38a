import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ask } from "../../api/client";
import { useDocuments } from "../../api/documents";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { useWhyNot } from "../../components/why";
import { useMay, useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { NewJourney } from "../journeys/NewJourney";
import { EXAMPLE } from "./example";
import css from "./Home.module.css";
import { words } from "./words";

const FirstEvent = lazy(() => import("./FirstEvent").then((module) => ({ default: module.FirstEvent })));

interface Props {
  /** A journey that is being made. */
  draft: string | undefined;
  /** The journey that is published. */
  published: string | undefined;
  entered: number;
}

/** The guided way to a first journey: configure an event, build, publish and send the first event. */
export function FirstSteps({ draft, published, entered }: Props) {
  const say = useSay(words);
  const [creating, setCreating] = useState(false);
  const events = useDocuments("events").data;
  const hasEvents = (events ?? []).length > 0;
  const mayNot = useWhyNot("manage-journeys");
  const made = draft !== undefined || published !== undefined;
  const steps: readonly { word: "step1" | "step2" | "step3"; done: boolean; todo: ReactNode }[] = [
    { word: "step1", done: hasEvents, todo: <Configure /> },
    {
      word: "step2",
      done: made,
      todo: (
        <Button kind="primary" onPress={() => setCreating(true)} why={mayNot}>
          {say("createJourney")}
        </Button>
      ),
    },
    {
      word: "step3",
      done: entered > 0,
      todo: published ? (
        <Suspense>
          <FirstEvent journey={published} />
        </Suspense>
      ) : (
        draft && (
          <Link to="/journeys/$name" params={{ name: draft }} className={css.next ?? ""}>
            {say("openDraft")}
          </Link>
        )
      ),
    },
  ];
  const now = steps.findIndex((step) => !step.done);
  return (
    <section className={css.first}>
      <h2>{say("firstTitle")}</h2>
      <p className="soft">{say("firstLead")}</p>
      <ol className={css.steps}>
        {steps.map(({ word, done, todo }, index) => (
          <li key={word} aria-current={index === now ? "step" : undefined} className={done ? css.done : undefined}>
            <span className={css.number}>{done ? <CircleCheck size={20} aria-label={say("done")} /> : index + 1}</span>
            <div className={css.step}>
              <h3>{say(word)}</h3>
              <p className="soft">{say(word === "step3" && published ? "step3Published" : `${word}Text`)}</p>
              {events !== undefined && index === now && todo}
            </div>
          </li>
        ))}
      </ol>
      {entered > 0 && published && (
        <Notice
          kind="good"
          action={
            <Link to="/journeys/$name" params={{ name: published }} search={{ lens: "live" }}>
              {say("watch")}
            </Link>
          }
        >
          {say("firstCustomer", { name: published })}
        </Notice>
      )}
      {creating && <NewJourney onClose={() => setCreating(false)} />}
    </section>
  );
}

/** An event to begin with: the example's, or one's own. */
function Configure() {
  const say = useSay(words);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const may = useMay("manage-configuration");
  const [trouble, setTrouble] = useState("");
  if (!may) return <Notice kind="info">{say("askColleague")}</Notice>;
  const take = () =>
    ask("POST", "/api/apply", { sandbox, body: EXAMPLE })
      .then(() => queries.invalidateQueries())
      .catch((error: Error) => setTrouble(error.message));
  return (
    <>
      <div className={css.choices}>
        <Button kind="primary" onPress={() => void take()}>
          {say("takeExample")}
        </Button>
        <Link to="/configuration/events" search={{ new: true }}>
          {say("ownEvent")}
        </Link>
        <Link to="/configuration/sources">{say("ownSource")}</Link>
        <Link to="/configuration/actions">{say("ownAction")}</Link>
      </div>
      {trouble && <Notice kind="error">{trouble}</Notice>}
    </>
  );
}

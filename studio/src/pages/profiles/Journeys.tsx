import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useVersion } from "../../api/journeys";
import { useJourneysCalled } from "../../api/listing";
import { type Identity, useEvents, useStays } from "../../api/profiles";
import type { Stay } from "../../api/stays";
import { nameIn } from "../../canvas/names";
import { Button } from "../../components/Button";
import { ComboField } from "../../components/ComboField";
import { TextField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { Loaded } from "../../components/Loaded";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { Story } from "../../components/Story";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { useConcerned } from "./concerned";
import { Did } from "./Events";
import css from "./Person.module.css";
import { words } from "./words";

/** Where somebody is and was in journeys, and why they are not in one. */
export function Journeys({ person, hasEvents }: { person: Identity; hasEvents: boolean }) {
  const say = useSay(words);
  const query = useStays(person);
  return (
    <>
      <Loaded query={query}>
        {(stays) =>
          stays.length === 0 ? (
            <p className="soft">{say("noStays")}</p>
          ) : (
            <ul className={css.stays}>
              {stays.map((stay) => (
                <li key={stay.id}>
                  <One stay={stay} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <WhyNot person={person} stays={query.data ?? []} hasEvents={hasEvents} />
    </>
  );
}

function One({ stay }: { stay: Stay }) {
  const say = useSay(words);
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const running = stay.phase === "running" && stay.standsAt.length > 0;
  const version = useVersion(stay.journey, stay.version, useMay("read-journeys") && running).data;
  const called = (id: string) => (version ? nameIn(version, id, language) : id);
  const day = (at: number) => moment(at, language, true);
  const facts = [
    say("entered", { day: day(stay.enteredAt) }),
    stay.endedAt ? say("ended", { day: day(stay.endedAt) }) : undefined,
    stay.entry > 1 ? say("entry", { count: stay.entry }) : undefined,
    stay.supplementalKey || undefined,
    running ? say("standsAt", { activity: stay.standsAt.map(called).join(", ") }) : undefined,
  ];
  return (
    <article className={css.stay} aria-label={stay.journey}>
      <header>
        <Link to="/journeys/$name" params={{ name: stay.journey }}>
          <strong>{stay.journey}</strong>
        </Link>
        <span className="soft">v{stay.version}</span>
        <span className={css.tag}>{say(stay.phase)}</span>
        {stay.kind !== "live" && <span className={css.tag}>{say(stay.kind)}</span>}
        <Button
          kind="quiet"
          icon={open ? ChevronDown : ChevronRight}
          aria-expanded={open}
          onPress={() => setOpen(!open)}
        >
          {say("story")}
        </Button>
      </header>
      <p className="soft">{facts.filter(Boolean).join(" · ")}</p>
      {open && <Story stay={stay.id} person={stay.person} />}
    </article>
  );
}

interface WhyNotProps {
  person: Identity;
  stays: readonly Stay[];
  hasEvents: boolean;
}

/** Why an event that should have brought somebody into a journey did not. */
function WhyNot({ person, stays, hasEvents }: WhyNotProps) {
  const say = useSay(words);
  const because = useSay(reasons);
  const [journey, setJourney] = useState("");
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const journeys = useJourneysCalled(journey);
  const known = journeys.includes(journey);
  const look = (event: FormEvent) => {
    event.preventDefault();
    setAsked(typed.trim());
  };
  return (
    <FormSection title={say("whyNot")} help={say("whyNotText")}>
      <div className={css.why}>
        <form onSubmit={look}>
          <ComboField
            label={say("journey")}
            placeholder={say("chooseJourney")}
            value={journey}
            onChange={setJourney}
            options={journeys.map((name) => ({ id: name, label: name }))}
            free
          />
          <TextField label={say("eventId")} value={typed} onChange={setTyped} />
          <Button type="submit" why={!typed.trim() && because("needsId")}>
            {say("look")}
          </Button>
        </form>
        {asked && <Did id={asked} />}
        {known && stays.some((stay) => stay.journey === journey && stay.kind === "live") && (
          <Notice kind="info">{say("wasIn")}</Notice>
        )}
        {known && !hasEvents && <p className="soft">{say("noEventsKept")}</p>}
        {known && hasEvents && <Latest person={person} journey={journey} />}
      </div>
    </FormSection>
  );
}

const LATEST = 10;

/** What the latest events did in a journey. */
function Latest({ person, journey }: { person: Identity; journey: string }) {
  const say = useSay(words);
  const language = useLanguage();
  const events = (useEvents(person, LATEST).data?.pages[0] ?? []).filter((event) => event._id);
  const concerned = useConcerned(
    events.map((event) => event._id ?? ""),
    journey,
  );
  if (concerned === undefined) return null;
  if (events.length === 0) return <p className="soft">{say("noEventsKept")}</p>;
  if (concerned.length === 0) return <p>{say("noneConcerns", { count: events.length })}</p>;
  return (
    <ol className={css.events}>
      {events
        .filter((event) => concerned.includes(event._id ?? ""))
        .map((event) => (
          <li key={event._id}>
            <time dateTime={event.timestamp}>{moment(Date.parse(event.timestamp ?? ""), language, true)}</time>
            <Did id={event._id ?? ""} only={journey} />
          </li>
        ))}
    </ol>
  );
}

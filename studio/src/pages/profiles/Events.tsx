import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { type Identity, type PersonEvent, useEventExplanation, useEvents } from "../../api/profiles";
import { Button } from "../../components/Button";
import { CodeBlock } from "../../components/CodeBlock";
import { Notice } from "../../components/Notice";
import { words as common } from "../../components/words";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./Person.module.css";
import { words } from "./words";

/** What somebody did, the newest first. */
export function Events({ person }: { person: Identity }) {
  const say = useSay(words);
  const onward = useSay(common);
  const language = useLanguage();
  const found = useEvents(person);
  const events = found.data?.pages.flat() ?? [];
  if (found.error) return <Notice kind="error">{found.error.message}</Notice>;
  if (found.isPending) return <p className="soft">{onward("loading")}</p>;
  if (events.length === 0) return <p className="soft">{say("noEvents")}</p>;
  return (
    <>
      <ol className={css.events}>
        {events.map((event, index) => (
          <li key={event._id ?? index}>
            <time dateTime={event.timestamp}>{moment(Date.parse(event.timestamp ?? ""), language, true)}</time>
            <One event={event} />
          </li>
        ))}
      </ol>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
            {onward(found.isFetchingNextPage ? "loading" : "showMore")}
          </Button>
        </div>
      )}
    </>
  );
}

function One({ event }: { event: PersonEvent }) {
  const say = useSay(words);
  const [open, setOpen] = useState(false);
  const mayExplain = useMay("read-reports");
  const name = event.eventType ?? event._id ?? "";
  return (
    <details className={css.event} onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
      <summary>
        <ChevronRight size={14} aria-hidden />
        {name}
      </summary>
      {open && (
        <div>
          {mayExplain && event._id && <Did id={event._id} />}
          <CodeBlock label={say("payload")} text={JSON.stringify(event, null, 2)} rows={14} />
        </div>
      )}
    </details>
  );
}

/** What an event did in journeys, as prose. */
export function Did({ id, only }: { id: string; only?: string }) {
  const say = useSay(words);
  const query = useEventExplanation(id);
  if (query.error) return <Notice kind="error">{query.error.message}</Notice>;
  const lines = query.data?.lines.filter((line) => !only || line.startsWith(`${only}:`)) ?? [];
  return lines.length > 0 ? (
    <ul aria-label={say("did")}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  ) : null;
}

import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ask, get } from "../api/client";
import type { components } from "../api/schema";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { useRested } from "../components/list";
import { useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import type { Sight, Use } from "./analysis";
import css from "./Expression.module.css";
import type { OfferedField } from "./fields";
import { words } from "./words";

type Outcome = components["schemas"]["Outcome"];

interface Props {
  sight: Sight;
  use: Use;
  text: string;
  /** The events that the expression may look at. */
  events: readonly string[];
}

/** The events that fields are of. */
export function eventsOf(fields: readonly OfferedField[]): readonly string[] {
  return [...new Set(fields.filter((field) => field.root === "event").map((field) => field.path[0] ?? ""))];
}

/** An example of the payload of each event. */
export function useExamples(events: readonly string[]): Readonly<Record<string, unknown>> {
  const sandbox = useSandbox();
  const found = useQueries({
    queries: events.map((event) => ({
      queryKey: ["payload", sandbox, event],
      queryFn: () => get<{ text: string }>(`/api/events/${encodeURIComponent(event)}/payload`, sandbox),
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    })),
  });
  return Object.fromEntries(events.map((event, index) => [event, entityOf(found[index]?.data)]));
}

/** Tries an expression on a payload that one writes; it begins with an example. */
export function TryOut({ sight, use, text, events }: Props) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const [written, setWritten] = useState<string | undefined>();
  const [outcome, setOutcome] = useState<Outcome | string | undefined>();
  const example = useExamples(events);
  const said = (value: unknown) => (typeof value === "boolean" ? say(value ? "true" : "false") : JSON.stringify(value));
  const shown = written ?? JSON.stringify(example, null, 2);
  const asked = useRested(`${text}\n${shown}`, 300);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once what is written has rested
  useEffect(() => {
    const stop = new AbortController();
    if (!text.trim()) {
      setOutcome(undefined);
      return;
    }
    let payloads: unknown;
    try {
      payloads = JSON.parse(shown);
    } catch {
      setOutcome(say("badJson"));
      return;
    }
    const body = { ...sight, use, text, payloads };
    ask<Outcome>("POST", "/api/expressions/try", { sandbox, body, signal: stop.signal }).then(
      (answer) => setOutcome(answer.body),
      (error: Error) => {
        if (!stop.signal.aborted) setOutcome(error.message);
      },
    );
    return () => stop.abort();
  }, [asked, sandbox]);
  return (
    <section className={css.try} aria-label={say("tryOut")}>
      <TextField label={say("tryPayload")} lines={8} mono value={shown} onChange={setWritten} />
      <div role="status">
        {typeof outcome === "string" ? (
          <p className={css.error}>{outcome}</p>
        ) : (
          outcome && (
            <>
              <p>
                {say("gave")} <code>{outcome.error ?? said(outcome.value)}</code>
              </p>
              {outcome.empty && outcome.empty.length > 0 && (
                <p className="soft">{say("emptyThere", { names: outcome.empty.join(", ") })}</p>
              )}
            </>
          )
        )}
      </div>
      {written !== undefined && (
        <Button kind="quiet" onPress={() => setWritten(undefined)}>
          {say("exampleAgain")}
        </Button>
      )}
    </section>
  );
}

/** What is the event in an example of a message. */
function entityOf(example: { text: string } | undefined): unknown {
  if (!example) return {};
  const message = JSON.parse(example.text) as { body: { xdmEntity: unknown } };
  return message.body.xdmEntity;
}

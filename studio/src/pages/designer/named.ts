/** The names that fields of activities can refer to. */
import { useMemo } from "react";
import { useDocuments } from "../../api/documents";
import { useJourneysCalled } from "../../api/listing";
import { messagesOf, type REFERENCES } from "../../document/kinds";
import type { JourneyDocument } from "../../document/types";

export interface Named {
  readonly name: string;
  readonly description?: string;
  readonly namespace?: string | null;
  readonly [property: string]: unknown;
}

export type Reference = (typeof REFERENCES)[keyof typeof REFERENCES];
export type AllNamed = Readonly<Record<Reference, readonly Named[]>>;

const NOTHING: readonly Named[] = [];

/** All that there is to refer to, from within a journey. */
export function useNamed(document: JourneyDocument): AllNamed {
  const events = useDocuments<Named>("events").data ?? NOTHING;
  const actions = useDocuments<Named>("actions").data ?? NOTHING;
  const segments = useDocuments<Named>("segments").data ?? NOTHING;
  const channels = useDocuments<Named>("channels").data ?? NOTHING;
  const datasets = useDocuments<Named>("datasets").data ?? NOTHING;
  const listed = useJourneysCalled("");
  return useMemo(() => {
    const journeys = listed.filter((name) => name !== document.name).map((name) => ({ name }));
    const messages = messagesOf(document.activities).map((id) => ({
      name: id,
      description: document.activities[id]?.label || undefined,
    })) as readonly Named[];
    return { events, actions, segments, channels, datasets, journeys, messages };
  }, [events, actions, segments, channels, datasets, listed, document]);
}

/** Those that fit a field of an activity of some type: a channel is one for that type's messages. */
export function fitting(all: AllNamed, reference: Reference, type: string): readonly Named[] {
  const there = all[reference];
  return reference === "channels" ? there.filter((channel) => channel[type] != null || channel.type === type) : there;
}

/** The names that fields of activities can refer to. */
import { useMemo } from "react";
import { useDocuments } from "../../api/documents";
import { useNamespaces } from "../../api/profiles";
import { nameIn } from "../../canvas/names";
import { messagesOf, type REFERENCES } from "../../document/kinds";
import type { JourneyDocument } from "../../document/types";
import { inOrder } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";

export interface Named {
  readonly name: string;
  readonly description?: string;
  readonly namespace?: string | null;
  readonly [property: string]: unknown;
}

export type Reference = (typeof REFERENCES)[keyof typeof REFERENCES];
export type AllNamed = Readonly<Record<Reference | "rulesets", readonly Named[]>>;

const NOTHING: readonly Named[] = [];

/** All that there is to refer to, from within a journey. */
export function useNamed(document: JourneyDocument): AllNamed {
  const language = useLanguage();
  const events = useDocuments<Named>("events").data ?? NOTHING;
  const actions = useDocuments<Named>("actions").data ?? NOTHING;
  const segments = useDocuments<Named>("segments").data ?? NOTHING;
  const channels = useDocuments<Named>("channels").data ?? NOTHING;
  const datasets = useDocuments<Named>("datasets").data ?? NOTHING;
  const rulesets = useDocuments<Named>("rulesets").data ?? NOTHING;
  const spaces = useNamespaces();
  const namespaces = useMemo(() => spaces.map((name): Named => ({ name })), [spaces]);
  const inside = useMemo(() => {
    const called = (ids: readonly string[]): readonly Named[] =>
      ids.map((id) => ({ name: id, description: nameIn(document, id, language) }));
    return {
      messages: called(messagesOf(document.activities)),
      activities: called(inOrder(document).filter((id) => document.activities[id]?.type !== "end")),
    };
  }, [document, language]);
  return useMemo(
    () => ({ events, actions, segments, channels, datasets, rulesets, namespaces, journeys: NOTHING, ...inside }),
    [events, actions, segments, channels, datasets, rulesets, namespaces, inside],
  );
}

/** Those that fit a field of an activity of some type: a channel is one for that type's messages. */
export function fitting(all: AllNamed, reference: Reference, type: string): readonly Named[] {
  const there = all[reference];
  return reference === "channels" ? there.filter((channel) => channel[type] != null || channel.type === type) : there;
}

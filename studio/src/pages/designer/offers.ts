/** What can be put into a journey: kinds of activities and the documents that they stand on, as the palette shows them. */
import { useMemo } from "react";
import { useDocuments } from "../../api/documents";
import { kindWord } from "../../canvas/summary";
import { blank, type Family, familyOf, REFERENCES } from "../../document/kinds";
import { KINDS } from "../../document/schema";
import type { Activity, JourneyDocument } from "../../document/types";
import { useLanguage } from "../../frame/preferences";

export interface Offer {
  readonly id: string;
  readonly type: string;
  readonly family: Family;
  readonly name: string;
  readonly detail: string | undefined;
  readonly activity: Activity;
}

interface Named {
  name: string;
  description?: string;
  namespace?: string | null;
}

/** Everything that fits into this journey, built-ins before documents in each family. */
export function useOffers(document: JourneyDocument): readonly Offer[] {
  const language = useLanguage();
  const events = useDocuments<Named>("events").data;
  const actions = useDocuments<Named>("actions").data;
  const segments = useDocuments<Named>("segments").data;
  return useMemo(() => {
    const namespace = document.namespace ?? null;
    const fitting = (events ?? []).filter((event) => (event.namespace ?? null) === namespace);
    const documents = { events: fitting, actions: actions ?? [], segments: segments ?? [] };
    const offers = [...KINDS.values()].flatMap(({ type, fields }): Offer[] => {
      const family = familyOf(type);
      const named = REFERENCES[type];
      if (named) {
        return documents[named].map((each) => ({
          id: `${type}:${each.name}`,
          type,
          family,
          name: each.name,
          detail: each.description,
          activity: blank(type, { [type]: each.name }),
        }));
      }
      const given: Record<string, unknown> = {};
      for (const field of fields) {
        const folder = REFERENCES[field.name];
        const [first] = folder ? documents[folder] : [];
        if (field.required && folder && !first) return [];
        if (field.required && first) given[field.name] = first.name;
      }
      const name = kindWord(type, language);
      return [{ id: type, type, family, name, detail: undefined, activity: blank(type, given) }];
    });
    return offers.sort((one, other) => Number(one.id.includes(":")) - Number(other.id.includes(":")));
  }, [document.namespace, events, actions, segments, language]);
}

/** What can be put into a journey: kinds of activities and the documents that they stand on, as the palette shows them. */
import { useMemo } from "react";
import { kindWord } from "../../canvas/names";
import { useKept } from "../../components/kept";
import { blank, type Family, familyOf, inOffer, PATH_WORD, referenceOf } from "../../document/kinds";
import { KINDS } from "../../document/schema";
import type { Activity, JourneyDocument } from "../../document/types";
import { useLanguage } from "../../frame/preferences";
import { type AllNamed, fitting } from "./named";

export interface Offer {
  readonly id: string;
  readonly type: string;
  readonly family: Family;
  readonly name: string;
  readonly detail: string | undefined;
  readonly activity: Activity;
  /** Why it cannot be put into this journey, if it cannot. */
  readonly unfit?: "otherNamespace" | "onlyFirst" | undefined;
}

/** Kinds that are offered once for each document that they stand on. */
const BY_DOCUMENT = new Set(["event", "action"]);

/** All that there is, built-ins before documents in each family; what does not fit into this journey says why. */
export function useOffers(document: JourneyDocument, named: AllNamed): readonly Offer[] {
  const language = useLanguage();
  const namespace = document.namespace ?? null;
  return useMemo(() => {
    const offers = [...KINDS.values()].flatMap(({ type, fields, starts, rests }): Offer[] => {
      const family = familyOf(type);
      const reference = referenceOf(type);
      if (BY_DOCUMENT.has(type) && reference) {
        return named[reference]
          .filter((each) => type !== "event" || each.about !== "business")
          .map(({ name, description, namespace: of }) => ({
            id: `${type}:${name}`,
            type,
            family,
            name,
            detail: description,
            activity: blank(type, { [type]: name }),
            unfit: type === "event" && (of ?? null) !== namespace ? "otherNamespace" : undefined,
          }));
      }
      const given: Record<string, unknown> = {};
      for (const field of fields.filter((each) => each.required)) {
        const of = referenceOf(field.name);
        const [only, ...others] = of ? fitting(named, of, type) : [];
        if (only && others.length === 0) given[field.name] = only.name; // there is nothing to choose
      }
      return [
        {
          id: type,
          type,
          family,
          name: kindWord(type, language),
          detail: undefined,
          activity: blank(type, given, PATH_WORD[language]),
          unfit: starts && !rests ? "onlyFirst" : undefined,
        },
      ];
    });
    const documents = (offer: Offer) => Number(offer.id.includes(":"));
    return offers.sort((one, other) => documents(one) - documents(other) || inOffer(one.type, other.type));
  }, [namespace, named, language]);
}

const RECENT = 5;

/** Notes what one has put into a journey, for the palette's recent items. */
export function useUsed(): (id: string) => void {
  const [recent, keep] = useRecent();
  return (id) => {
    if (!id.includes(":")) return; // built-ins are always there
    const kind = id.slice(0, id.indexOf(":") + 1);
    const others = recent.filter((each) => each !== id);
    const same = [id, ...others.filter((each) => each.startsWith(kind))].slice(0, RECENT);
    keep({ used: [...same, ...others.filter((each) => !each.startsWith(kind))] });
  };
}

/** The last five events and the last five actions that one has used. */
export function useRecent() {
  const [{ used }, keep] = useKept("recent", { used: [] as readonly string[] });
  return [used, keep] as const;
}

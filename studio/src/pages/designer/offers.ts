/** What can be put into a journey: kinds of activities and the documents that they stand on, as the palette shows them. */
import { useMemo } from "react";
import { kindWord } from "../../canvas/summary";
import { blank, type Family, familyOf, inOffer, referenceOf } from "../../document/kinds";
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
}

/** Kinds that are offered once for each document that they stand on. */
const BY_DOCUMENT = new Set(["event", "action"]);

/** Everything that fits into this journey, built-ins before documents in each family. */
export function useOffers(document: JourneyDocument, named: AllNamed): readonly Offer[] {
  const language = useLanguage();
  const namespace = document.namespace ?? null;
  return useMemo(() => {
    const offers = [...KINDS.values()].flatMap(({ type, fields }): Offer[] => {
      const family = familyOf(type);
      const reference = referenceOf(type);
      if (BY_DOCUMENT.has(type) && reference) {
        return named[reference]
          .filter((each) => type !== "event" || (each.namespace ?? null) === namespace)
          .map(({ name, description }) => ({
            id: `${type}:${name}`,
            type,
            family,
            name,
            detail: description,
            activity: blank(type, { [type]: name }),
          }));
      }
      const given: Record<string, unknown> = {};
      for (const field of fields.filter((each) => each.required)) {
        const of = referenceOf(field.name);
        const [only, ...others] = of ? fitting(named, of, type) : [];
        if (only && others.length === 0) given[field.name] = only.name; // there is nothing to choose
      }
      return [
        { id: type, type, family, name: kindWord(type, language), detail: undefined, activity: blank(type, given) },
      ];
    });
    const documents = (offer: Offer) => Number(offer.id.includes(":"));
    return offers.sort((one, other) => documents(one) - documents(other) || inOffer(one.type, other.type));
  }, [namespace, named, language]);
}

import { useMemo } from "react";
import { useDocuments } from "../../api/documents";
import type { Listed, ListedVersion } from "../../api/listing";
import { kindWord } from "../../canvas/names";
import type { Filter } from "../../components/rows";
import { useStatusWord } from "../../components/Status";
import { KINDS } from "../../document/schema";
import { useLanguage } from "../../frame/preferences";
import { who } from "../../frame/who";
import { useSay } from "../../messages/use";
import { words } from "./words";

const STATUSES = ["draft", "test", "live", "closed", "stopped", "finished"] as const;
const STARTS = [...KINDS.values()].filter((kind) => kind.starts).map((kind) => kind.type);

interface Source {
  name: string;
  groups?: readonly { name: string }[] | Record<string, unknown>;
}

/** What the list of journeys can be narrowed by, ids as the server's parameters; documents are asked for once it shows. */
export function useFilters({ statuses, tags, people }: Listed, shown: boolean): readonly Filter<ListedVersion>[] {
  const say = useSay(words);
  const word = useStatusWord();
  const language = useLanguage();
  const events = useDocuments<{ name: string }>("events", shown).data;
  const actions = useDocuments<{ name: string }>("actions", shown).data;
  const segments = useDocuments<{ name: string }>("segments", shown).data;
  const sources = useDocuments<Source>("sources", shown).data;
  return useMemo((): Filter<ListedVersion>[] => {
    const same = (ids: readonly string[]) => ids.map((id) => ({ id, label: id }));
    const named = (documents: readonly { name: string }[] | undefined) =>
      same((documents ?? []).map((each) => each.name));
    const choice = (id: string, label: string, options: readonly { id: string; label: string }[]) =>
      ({ kind: "choice", id, label, options }) as const;
    const groups = (sources ?? []).flatMap((source) => groupsOf(source).map((group) => `${source.name}.${group}`));
    const whom = people.map((id) => ({ id, label: who(id, language) }));
    const all: Filter<ListedVersion>[] = [
      choice(
        "status",
        say("status"),
        STATUSES.map((id) => ({ id, label: statuses[id] ? `${word(id)} (${statuses[id]})` : word(id) })),
      ),
      choice(
        "starts",
        say("starts"),
        STARTS.map((id) => ({ id, label: kindWord(id, language) })),
      ),
      choice("tag", say("tags"), same(tags)),
      choice("event", say("eventUsed"), named(events)),
      choice("action", say("actionUsed"), named(actions)),
      choice("sourcegroup", say("groupUsed"), same(groups)),
      choice("segment", say("segmentUsed"), named(segments)),
      { kind: "period", id: "created", label: say("created") },
      choice("createdBy", say("createdBy"), whom),
      { kind: "period", id: "published", label: say("published") },
      choice("publishedBy", say("publishedBy"), whom),
    ];
    return shown ? all.filter((filter) => filter.kind !== "choice" || filter.options.length > 0) : all;
  }, [say, word, language, shown, statuses, tags, people, events, actions, segments, sources]);
}

function groupsOf({ groups }: Source): readonly string[] {
  if (Array.isArray(groups)) return groups.map((group) => group.name);
  return Object.keys(groups ?? {});
}

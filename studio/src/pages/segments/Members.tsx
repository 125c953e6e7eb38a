import { Link } from "@tanstack/react-router";
import { useMembers } from "../../api/segments";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { Rows } from "../../components/Rows";
import { words as common } from "../../components/words";
import { useLanguage } from "../../frame/preferences";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { words } from "./words";

/** Who is in a segment, some at a time, each leading to their profile. */
export function Members({ name }: { name: string }) {
  const say = useSay(words);
  const onward = useSay(common);
  const language = useLanguage();
  const found = useMembers(name);
  const members = found.data?.pages.flatMap((page) => page.members) ?? [];
  if (found.error) return <Notice kind="error">{found.error.message}</Notice>;
  if (found.isPending) return <p className="soft">{onward("loading")}</p>;
  return (
    <>
      <p className="soft">{say(members.length || found.hasNextPage ? "membersText" : "noMembers")}</p>
      {members.length > 0 && (
        <Rows
          head={[say("person"), say("status"), say("since")]}
          rows={members.flatMap(({ identities: [first, ...others], status, since }) => {
            if (!first) return [];
            const { namespace = "", id = "" } = first;
            return {
              id: `${namespace} ${id}`,
              cells: [
                <>
                  <Link to="/profiles/$namespace/$id" params={{ namespace, id }}>
                    {id}
                  </Link>{" "}
                  <small className="soft">{[namespace, ...others.map((each) => each.id)].join(" · ")}</small>
                </>,
                say(status),
                moment(since, language, true),
              ],
            };
          })}
        />
      )}
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

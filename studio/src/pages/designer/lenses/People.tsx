import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { type Behind, usePeople } from "../../../api/people";
import { Button } from "../../../components/Button";
import { Notice } from "../../../components/Notice";
import { Story } from "../../../components/Story";
import { words as common } from "../../../components/words";
import { useLanguage } from "../../../frame/preferences";
import { clock } from "../../../messages/text";
import { useSay } from "../../../messages/use";
import { SidePanel } from "./Frame";
import css from "./Lens.module.css";
import { words } from "./words";

interface Props {
  journey: string;
  title: string;
  behind: Behind;
  onClose: () => void;
}

/** The people behind a number, the latest first; each opens the way that they took. */
export function People({ journey, title, behind, onClose }: Props) {
  const say = useSay(words);
  const general = useSay(common);
  const language = useLanguage();
  const query = usePeople(journey, behind);
  const [opened, setOpened] = useState<{ stay: string; person: string } | undefined>();
  if (opened) {
    return (
      <SidePanel title={opened.person} onClose={onClose}>
        <div>
          <Button kind="quiet" icon={ArrowLeft} onPress={() => setOpened(undefined)}>
            {title}
          </Button>
        </div>
        <Story {...opened} />
      </SidePanel>
    );
  }
  const people = query.data?.pages.flatMap((page) => page.people) ?? [];
  return (
    <SidePanel title={title} onClose={onClose}>
      {query.error && <Notice kind="error">{query.error.message}</Notice>}
      {query.isPending && <p aria-busy="true">{general("loading")}</p>}
      {query.data && people.length === 0 && <p className="soft">{say("nobody")}</p>}
      <ul className={css.people}>
        {people.map((each) => (
          <li key={each.stay}>
            <button type="button" onClick={() => setOpened(each)}>
              <i className={css.dot} aria-hidden />
              <span>{each.person}</span>
              <small>{clock(each.at, language)}</small>
            </button>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          {say("morePeople")}
        </Button>
      )}
    </SidePanel>
  );
}

import { KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { words as shared } from "../../administration/words";
import { deleteToken, type Token, useTokens } from "../../api/access";
import { Button } from "../../components/Button";
import { CatalogPage, type Opened, useOpened } from "../../components/CatalogPage";
import { Details } from "../../components/Details";
import { PropertyList } from "../../components/PropertyList";
import { Removal } from "../../components/Removal";
import type { Column } from "../../components/Table";
import { useLanguage } from "../../frame/preferences";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { NewToken } from "./NewToken";
import { words } from "./words";

const PATH = "/admin/tokens";

/** What programs sign in with: one's own, for administrators everybody's. */
export default function Tokens() {
  const say = useSay(words);
  const common = useSay(shared);
  const language = useLanguage();
  const query = useTokens();
  const opened = useOpened(PATH);
  const shown = query.data?.find((token) => String(token.id) === opened.name);
  const permissions = (token: Token) => token.permissions.map((each) => common(each)).join(", ");
  const sandboxes = (token: Token) => token.sandboxes?.join(", ") ?? common("allSandboxes");
  const expires = (token: Token) => (token.expiresAt < Date.now() ? say("expired") : moment(token.expiresAt, language));
  const columns: Column<Token>[] = [
    { id: "user", label: say("user"), sort: (token) => token.user, cell: (token) => token.user },
    { id: "permissions", label: say("permissions"), cell: permissions },
    { id: "sandboxes", label: say("sandboxes"), sort: sandboxes, cell: sandboxes },
    { id: "expiresAt", label: say("expires"), sort: (token) => token.expiresAt, cell: expires },
    {
      id: "usedAt",
      label: say("usedAt"),
      sort: (token) => token.usedAt,
      cell: (token) => (token.usedAt === null ? say("never") : moment(token.usedAt, language, true)),
    },
    {
      id: "createdAt",
      label: say("createdAt"),
      sort: (token) => token.createdAt,
      cell: (token) => moment(token.createdAt, language),
      extra: true,
    },
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      words={words}
      icon={KeyRound}
      query={query}
      rowId={(token) => String(token.id)}
      rowName={(token) => token.name}
      text={(token) => token.user}
      nameLabel={common("name")}
      columns={columns}
    >
      {opened.creating && <NewToken opened={opened} />}
      {shown && (
        <Panel
          key={shown.id}
          token={shown}
          opened={opened}
          facts={[
            [say("user"), shown.user],
            [say("permissions"), permissions(shown)],
            [say("sandboxes"), sandboxes(shown)],
            [say("createdAt"), moment(shown.createdAt, language, true)],
            [say("expires"), moment(shown.expiresAt, language, true)],
            [say("usedAt"), shown.usedAt === null ? say("never") : moment(shown.usedAt, language, true)],
          ]}
        />
      )}
    </CatalogPage>
  );
}

function Panel({ token, opened, facts }: { token: Token; opened: Opened; facts: [string, string][] }) {
  const say = useSay(words);
  const language = useLanguage();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Details
        kind={say("token")}
        title={token.name}
        onClose={opened.close}
        footer={
          <Button icon={Trash2} onPress={() => setAsked(true)}>
            {say("withdraw")}
          </Button>
        }
      >
        <PropertyList items={facts} />
      </Details>
      {asked && (
        <Removal
          title={say("withdrawTitle", { name: token.name })}
          verb={say("withdraw")}
          remove={() => deleteToken(token.id)}
          gone={say("withdrawn", { name: token.name })}
          onDone={opened.close}
          onClose={() => setAsked(false)}
        >
          {token.usedAt !== null && <p>{say("usedLately", { day: moment(token.usedAt, language) })}</p>}
          <p>{say("withdrawText")}</p>
        </Removal>
      )}
    </>
  );
}

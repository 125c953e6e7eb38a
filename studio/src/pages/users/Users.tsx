import { Users as Icon } from "lucide-react";
import { useProfileWords } from "../../administration/builtIn";
import { words as shared } from "../../administration/words";
import { type User, useUsers } from "../../api/access";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import type { Filter } from "../../components/rows";
import type { Column } from "../../components/Table";
import { useLanguage } from "../../frame/preferences";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { NewUser, UserPanel } from "./UserPanel";
import { words } from "./words";

const PATH = "/admin/users";

export function statusOf(user: User): "active" | "invited" | "disabled" {
  return user.disabled ? "disabled" : user.signedInAt === null ? "invited" : "active";
}

/** Who may sign in. */
export default function Users() {
  const say = useSay(words);
  const name = useSay(shared)("name");
  const language = useLanguage();
  const { called } = useProfileWords();
  const query = useUsers();
  const opened = useOpened(PATH);
  const shown = query.data?.find((user) => user.name === opened.name);
  const columns: Column<User>[] = [
    { id: "email", label: say("email"), sort: (user) => user.email, cell: (user) => user.email ?? "-" },
    {
      id: "profiles",
      label: say("profiles"),
      sort: (user) => user.profiles.join(),
      cell: (user) => user.profiles.map(called).join(", ") || <span className="soft">{say("noProfiles")}</span>,
    },
    { id: "status", label: say("status"), sort: statusOf, cell: (user) => say(statusOf(user)) },
    {
      id: "signedInAt",
      label: say("signedInAt"),
      sort: (user) => user.signedInAt,
      cell: (user) => (user.signedInAt === null ? "-" : moment(user.signedInAt, language, true)),
    },
    {
      id: "createdAt",
      label: say("createdAt"),
      sort: (user) => user.createdAt,
      cell: (user) => moment(user.createdAt, language),
      extra: true,
    },
  ];
  const filters: readonly Filter<User>[] = [
    {
      id: "status",
      label: say("status"),
      kind: "choice",
      options: (["active", "invited", "disabled"] as const).map((id) => ({ id, label: say(id) })),
      of: (user) => [statusOf(user)],
    },
    {
      id: "profiles",
      label: say("profiles"),
      kind: "choice",
      options: [...new Set(query.data?.flatMap((user) => user.profiles))].map((id) => ({ id, label: called(id) })),
      of: (user) => user.profiles,
    },
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      words={words}
      icon={Icon}
      query={query}
      rowId={(user) => user.name}
      text={(user) => `${user.email ?? ""} ${user.profiles.join(" ")}`}
      nameLabel={name}
      columns={columns}
      filters={filters}
    >
      {opened.creating && <NewUser opened={opened} />}
      {shown && <UserPanel key={shown.name} user={shown} opened={opened} />}
    </CatalogPage>
  );
}

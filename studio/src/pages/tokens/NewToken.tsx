import { useState } from "react";
import { Checks } from "../../administration/Checks";
import { isImplied, PERMISSIONS, withImplied } from "../../administration/permissions";
import { words as shared } from "../../administration/words";
import { addToken, useUsers } from "../../api/access";
import { useChange } from "../../api/change";
import { refusalOf } from "../../api/errors";
import type { Permission } from "../../api/types";
import { Button } from "../../components/Button";
import type { Opened } from "../../components/CatalogPage";
import { ChoiceField } from "../../components/ChoiceField";
import { CodeBlock } from "../../components/CodeBlock";
import { Details } from "../../components/Details";
import { SelectField, TextField } from "../../components/Field";
import { FormDetails } from "../../components/FormDetails";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { useMe, useSandboxes } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

const FIELDS = ["name", "permissions", "sandboxes", "user"] as const;
const DAYS = [7, 30, 90, 365];

/** Makes a token, and shows it this once. */
export function NewToken({ opened }: { opened: Opened }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const common = useSay(shared);
  const me = useMe();
  const users = useUsers(me.administrator).data;
  const known = useSandboxes().data ?? [];
  const [name, setName] = useState("");
  const [user, setUser] = useState(me.name);
  const [permissions, setPermissions] = useState<readonly Permission[]>([]);
  const [where, setWhere] = useState<"everywhere" | "some">("everywhere");
  const [sandboxes, setSandboxes] = useState<readonly string[]>([]);
  const [days, setDays] = useState(90);
  const [tried, setTried] = useState(false);
  const make = useChange(addToken);
  const { at, rest } = refusalOf(make.error, FIELDS);
  const mine = me.administrator
    ? PERMISSIONS
    : PERMISSIONS.filter((each) => Object.values(me.permissions).some((given) => given.includes(each)));
  const submit = () => {
    setTried(true);
    if (permissions.length === 0) return;
    make.mutate({
      name: name.trim(),
      permissions,
      sandboxes: where === "everywhere" ? null : sandboxes,
      expiresInDays: days,
      ...(user === me.name ? {} : { user }),
    });
  };
  if (make.data) {
    const { token, name: made } = make.data;
    const curl = `curl -H "Authorization: Bearer $SOJOURN_TOKEN" ${location.origin}/api/access/me`;
    return (
      <Details
        kind={say("token")}
        title={say("made", { name: made })}
        onClose={opened.close}
        footer={
          <Button kind="primary" onPress={opened.close}>
            {common("done")}
          </Button>
        }
      >
        <Notice kind="warning">{say("shownOnce")}</Notice>
        <CodeBlock label={say("token")} text={token} />
        <h3>{say("howTo")}</h3>
        <CodeBlock label={say("howTo")} text={curl} />
      </Details>
    );
  }
  return (
    <FormDetails
      kind={say("token")}
      title={say("newTitle")}
      onClose={opened.close}
      isNew
      verb={say("create")}
      why={!name.trim() && because("needsName")}
      busy={make.isPending}
      unsaved={name !== ""}
      refused={rest}
      onSubmit={submit}
    >
      <TextField
        label={common("name")}
        help={say("nameHelp")}
        value={name}
        onChange={setName}
        error={at.name}
        autoFocus
      />
      {users && (
        <SelectField
          label={say("user")}
          value={user}
          onChange={setUser}
          error={at.user}
          options={users.map((each) => ({ id: each.name, label: each.name }))}
        />
      )}
      <Checks
        label={say("permissions")}
        options={mine.map((id) => ({ id, label: common(id), fixed: isImplied(id, permissions) && common("implied") }))}
        chosen={permissions}
        onChange={(chosen) => setPermissions(withImplied(chosen))}
        error={tried && permissions.length === 0 ? say("permissionsNeeded") : at.permissions}
      />
      <ChoiceField
        label={say("where")}
        value={where}
        onChange={setWhere}
        options={[
          { id: "everywhere", label: say("everywhere") },
          { id: "some", label: say("some") },
        ]}
      />
      {where === "some" && (
        <Checks
          label={say("sandboxes")}
          options={known.map((each) => ({ id: each.name, label: each.name }))}
          chosen={sandboxes}
          onChange={setSandboxes}
          error={at.sandboxes}
        />
      )}
      <SelectField
        label={say("after")}
        value={String(days)}
        onChange={(next) => setDays(Number(next))}
        options={DAYS.map((each) => ({ id: String(each), label: say("days", { days: each }) }))}
      />
    </FormDetails>
  );
}

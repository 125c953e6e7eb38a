import { Ellipsis, Link as LinkIcon } from "lucide-react";
import { useState } from "react";
import { useProfileWords } from "../../administration/builtIn";
import { Checks } from "../../administration/Checks";
import { words as shared } from "../../administration/words";
import { addUser, changeUser, deleteUser, linkOf, type User, useProductProfiles, useTokens } from "../../api/access";
import { useChange } from "../../api/change";
import { refusalOf } from "../../api/errors";
import { Button, IconButton } from "../../components/Button";
import type { Opened } from "../../components/CatalogPage";
import { CodeBlock } from "../../components/CodeBlock";
import { Confirm, Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { FormDetails } from "../../components/FormDetails";
import { Menu } from "../../components/Menu";
import { Notice } from "../../components/Notice";
import { PropertyList } from "../../components/PropertyList";
import { Removal } from "../../components/Removal";
import { words as reasons } from "../../components/reasonWords";
import { toast } from "../../components/toast";
import { useLanguage } from "../../frame/preferences";
import { useMe } from "../../frame/session";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { statusOf } from "./Users";
import { words } from "./words";

const FIELDS = ["name", "email", "profiles"] as const;

/** Makes a user and a link that signs them in. */
export function NewUser({ opened }: { opened: Opened }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const common = useSay(shared);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [profiles, setProfiles] = useState<readonly string[]>([]);
  const invite = useChange(async () => {
    await addUser({ name: name.trim(), email: email.trim() || null, profiles });
    return linkOf(name.trim());
  });
  const { at, rest } = refusalOf(invite.error, FIELDS);
  return (
    <>
      <FormDetails
        kind={say("user")}
        title={say("newTitle")}
        onClose={opened.close}
        isNew
        verb={say("invite")}
        why={!name.trim() && because("needsName")}
        busy={invite.isPending}
        unsaved={!invite.data && (name !== "" || email !== "" || profiles.length > 0)}
        refused={rest}
        onSubmit={() => invite.mutate()}
      >
        <TextField
          label={common("name")}
          help={say("nameHelp")}
          value={name}
          onChange={setName}
          error={at.name}
          autoFocus
        />
        <TextField label={say("email")} help={say("emailHelp")} value={email} onChange={setEmail} error={at.email} />
        <Profiles chosen={profiles} onChange={setProfiles} error={at.profiles} />
      </FormDetails>
      {invite.data && <LinkDialog name={name.trim()} url={invite.data} onClose={() => opened.open(name.trim())} />}
    </>
  );
}

/** A user: what they may do, and how they get in. */
export function UserPanel({ user, opened }: { user: User; opened: Opened }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const common = useSay(shared);
  const language = useLanguage();
  const me = useMe();
  const tokens = useTokens().data?.filter((token) => token.user === user.name).length ?? 0;
  const [email, setEmail] = useState(user.email ?? "");
  const [profiles, setProfiles] = useState(user.profiles);
  const [asked, setAsked] = useState<"disable" | "delete" | undefined>();
  const save = useChange(changeUser);
  const link = useChange(linkOf);
  const { at, rest } = refusalOf(save.error, FIELDS);
  const dirty = email !== (user.email ?? "") || profiles.join() !== user.profiles.join();
  const setDisabled = (disabled: boolean) =>
    save.mutate(
      { name: user.name, disabled },
      {
        onSuccess: () => {
          setAsked(undefined);
          toast(say(disabled ? "isDisabled" : "enabled", { name: user.name }));
        },
      },
    );
  const submit = () =>
    save.mutate(
      { name: user.name, email: email.trim() || null, profiles },
      { onSuccess: () => toast(common("saved", { name: user.name })) },
    );
  return (
    <>
      <FormDetails
        kind={say("user")}
        title={user.name}
        onClose={opened.close}
        actions={
          <Menu
            label={common("more")}
            trigger={<IconButton label={common("more")} icon={Ellipsis} />}
            sections={[
              {
                items: [
                  user.disabled
                    ? { id: "enable", label: say("enable"), onAction: () => setDisabled(false) }
                    : { id: "disable", label: say("disable"), onAction: () => setAsked("disable") },
                  { id: "delete", label: common("delete"), danger: true, onAction: () => setAsked("delete") },
                ],
              },
            ]}
          />
        }
        why={!dirty && because("nothingChanged")}
        busy={save.isPending}
        unsaved={dirty}
        refused={asked ? undefined : rest}
        onSubmit={submit}
        above={
          <>
            {user.name === me.name && <Notice kind="info">{say("yourself")}</Notice>}
            {link.error && <Notice kind="error">{link.error.message}</Notice>}
            <PropertyList
              items={[
                [say("status"), say(statusOf(user))],
                [
                  say("signIn"),
                  [user.hasPassword && say("byPassword"), user.singleSignOn && say("bySingle")]
                    .filter(Boolean)
                    .join(", ") || say("byLink"),
                ],
                [say("signedInAt"), user.signedInAt === null ? "-" : moment(user.signedInAt, language, true)],
                [say("createdAt"), moment(user.createdAt, language, true)],
              ]}
            />
            <div>
              <Button
                icon={LinkIcon}
                why={user.disabled && say("enableFirst")}
                busy={link.isPending}
                onPress={() => link.mutate(user.name)}
              >
                {say("makeLink")}
              </Button>
            </div>
          </>
        }
      >
        <TextField label={say("email")} help={say("emailHelp")} value={email} onChange={setEmail} error={at.email} />
        <Profiles chosen={profiles} onChange={setProfiles} error={at.profiles} />
      </FormDetails>
      {link.data && <LinkDialog name={user.name} url={link.data} onClose={link.reset} />}
      {asked === "disable" && (
        <Confirm
          title={say("disableTitle", { name: user.name })}
          verb={say("disable")}
          danger
          pending={save.isPending}
          error={save.error?.message}
          onConfirm={() => setDisabled(true)}
          onClose={() => setAsked(undefined)}
        >
          <p>{say("disableText", { count: tokens })}</p>
        </Confirm>
      )}
      {asked === "delete" && (
        <Removal
          title={say("deleteTitle", { name: user.name })}
          verb={common("delete")}
          remove={() => deleteUser(user.name)}
          gone={common("deleted", { name: user.name })}
          onDone={opened.close}
          onClose={() => setAsked(undefined)}
        >
          <p>{say("deleteText", { count: tokens })}</p>
        </Removal>
      )}
    </>
  );
}

interface ProfilesProps {
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  error: string | undefined;
}

function Profiles(props: ProfilesProps) {
  const say = useSay(words);
  const { called, told } = useProfileWords();
  const profiles = useProductProfiles().data ?? [];
  return (
    <Checks
      label={say("profiles")}
      options={profiles.map((each) => ({ id: each.name, label: called(each.name), detail: told(each) }))}
      {...props}
    />
  );
}

function LinkDialog({ name, url, onClose }: { name: string; url: string; onClose: () => void }) {
  const say = useSay(words);
  const done = useSay(shared)("done");
  return (
    <Dialog
      title={say("link")}
      onClose={onClose}
      footer={
        <Button kind="primary" onPress={onClose}>
          {done}
        </Button>
      }
    >
      <p>{say("linkText", { name })}</p>
      <CodeBlock label={say("link")} text={url} />
    </Dialog>
  );
}

import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft, Ellipsis, Pencil } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ApiError } from "../../api/errors";
import { heldOn, type Identity, type Profile, useProfile } from "../../api/profiles";
import { Button, IconButton } from "../../components/Button";
import { Loaded } from "../../components/Loaded";
import { Menu } from "../../components/Menu";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { Rows } from "../../components/Rows";
import { Tabs } from "../../components/Tabs";
import { toast } from "../../components/toast";
import { useLanguage } from "../../frame/preferences";
import { useMay, useMe, useSandbox } from "../../frame/session";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { Contacts } from "./Contacts";
import { EditAttributes } from "./EditAttributes";
import { EraseDialog, Erasing } from "./EraseDialog";
import { Events } from "./Events";
import { Journeys } from "./Journeys";
import css from "./Person.module.css";
import { Tree } from "./Tree";
import { words } from "./words";

/** One customer: who they are, what they did, where they are in journeys and why. */
export default function Person() {
  const { namespace = "", id = "" } = useParams({ strict: false });
  const person = { namespace, id };
  const [erasing, setErasing] = useState<string | undefined>();
  const query = useProfile(person, erasing === undefined);
  const unknown = query.error instanceof ApiError && query.error.problem.code === "ERR_PERSON_UNKNOWN";
  if (erasing !== undefined) return <Erasing token={erasing} person={person} />;
  if (unknown) return <Told key={id} person={person} profile={undefined} onErase={setErasing} />;
  return (
    <Loaded query={query}>
      {(profile) => <Told key={id} person={person} profile={profile} onErase={setErasing} />}
    </Loaded>
  );
}

interface ToldProps {
  person: Identity;
  profile: Profile | undefined;
  /** Told what a delete of them is known by. */
  onErase: (token: string) => void;
}

function Told({ person, profile, onErase }: ToldProps) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const { administrator } = useMe();
  const mayReadReports = useMay("read-reports");
  const [asked, setAsked] = useState<"edit" | "erase" | undefined>();
  const download = async () => {
    try {
      save(`${person.id}.json`, JSON.stringify(await heldOn(sandbox, person), null, 2));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  const views: { id: string; label: string; content: ReactNode }[] = [
    ...(profile
      ? [
          { id: "profile", label: say("profile"), content: <Known profile={profile} /> },
          { id: "events", label: say("events"), content: <Events person={person} /> },
          { id: "segments", label: say("segments"), content: <Segments profile={profile} /> },
        ]
      : []),
    ...(mayReadReports
      ? [
          {
            id: "journeys",
            label: say("journeys"),
            content: <Journeys person={person} hasEvents={profile !== undefined} />,
          },
        ]
      : []),
    ...(profile ? [{ id: "messages", label: say("messages"), content: <Contacts profile={profile} /> }] : []),
  ];
  return (
    <Page
      title={person.id}
      lead={
        <Link to="/profiles" className={css.back ?? ""}>
          <ChevronLeft size={16} aria-hidden />
          {say("back")}
        </Link>
      }
      actions={
        <>
          {profile && (
            <Button icon={Pencil} onPress={() => setAsked("edit")}>
              {say("edit")}
            </Button>
          )}
          {administrator && (
            <Menu
              label={say("more")}
              trigger={<IconButton label={say("more")} icon={Ellipsis} />}
              sections={[
                {
                  items: [
                    { id: "download", label: say("download"), onAction: () => void download() },
                    { id: "erase", label: say("erase"), danger: true, onAction: () => setAsked("erase") },
                  ],
                },
              ]}
            />
          )}
        </>
      }
    >
      {!profile && <Notice kind="info">{say("noProfile")}</Notice>}
      {profile?.testProfile && <Notice kind="warning">{say("testProfile")}</Notice>}
      <section className={css.card}>
        <Tabs label={person.id} tabs={views} />
      </section>
      {asked === "edit" && profile && (
        <EditAttributes person={person} profile={profile} onClose={() => setAsked(undefined)} />
      )}
      {asked === "erase" && <EraseDialog person={person} onErase={onErase} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

function Known({ profile }: { profile: Profile }) {
  const say = useSay(words);
  const { identityMap: _, ...attributes } = profile.attributes;
  const several = profile.identities.length > 1;
  return (
    <>
      <h2>{say("identities")}</h2>
      {several && <p className="soft">{say("merged", { count: profile.identities.length })}</p>}
      <ul className={css.identities}>
        {profile.identities.map(({ namespace, id }) => (
          <li key={`${namespace} ${id}`}>
            <small>{namespace}</small>
            {id}
          </li>
        ))}
      </ul>
      <h2>{say("attributes")}</h2>
      {Object.keys(attributes).length ? <Tree values={attributes} /> : <p className="soft">{say("noAttributes")}</p>}
    </>
  );
}

function Segments({ profile }: { profile: Profile }) {
  const say = useSay(words);
  const language = useLanguage();
  if (profile.segments.length === 0) return <p className="soft">{say("noSegments")}</p>;
  return (
    <Rows
      head={[say("segment"), say("status"), say("since")]}
      rows={profile.segments.map(({ name, status, since }) => ({
        id: name,
        cells: [
          <Link key="name" to="/segments/$name" params={{ name }}>
            {name}
          </Link>,
          say(status),
          moment(since, language, true),
        ],
      }))}
    />
  );
}

/** Has the browser keep a text as a file. */
function save(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

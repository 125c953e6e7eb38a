import { useState } from "react";
import { useChange } from "../../api/change";
import { type Profile, release, type Suppression, suppress, useSuppressions } from "../../api/profiles";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { FormSection } from "../../components/FormSection";
import { Rows } from "../../components/Rows";
import { useLanguage } from "../../frame/preferences";
import { useSandbox } from "../../frame/session";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { consentsOf, leavesOf } from "./attributes";
import css from "./Person.module.css";
import { words } from "./words";

type Channel = "email" | "sms";

interface Contact {
  channel: Channel;
  address: string;
}

/** The addresses of somebody: those that they are known by, and those among their attributes. */
function contactsOf(profile: Profile): readonly Contact[] {
  const found = new Map<string, Contact>();
  const add = (channel: Channel, address: string) => found.set(`${channel} ${address}`, { channel, address });
  for (const { namespace, id = "" } of profile.identities) {
    if (namespace === "Email") add("email", id);
    if (namespace === "Phone") add("sms", id);
  }
  for (const { path, value } of leavesOf(profile.attributes)) {
    if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) add("email", value);
    else if (/phone|mobile/i.test(path.join(".")) && /^\+?[\d\s-]{7,}$/.test(value)) add("sms", value);
  }
  return [...found.values()];
}

/** What somebody agreed to, and whether they are written to at all. */
export function Contacts({ profile }: { profile: Profile }) {
  const say = useSay(words);
  const language = useLanguage();
  const contacts = contactsOf(profile);
  const consents = consentsOf(profile.attributes);
  const suppressed = useSuppressions(contacts.map((each) => each.address)).data ?? [];
  const [asked, setAsked] = useState<Contact | Suppression | undefined>();
  const of = ({ channel, address }: Contact) =>
    suppressed.find((each) => each.channel === channel && each.address === address.toLowerCase()) ??
    suppressed.find((each) => each.channel === channel && each.address === address);
  const because = (reason: string) => (isOurs(reason) ? say(reason) : reason);
  return (
    <>
      <FormSection title={say("consents")}>
        {consents.length === 0 ? (
          <p className="soft">{say("noConsents")}</p>
        ) : (
          <Rows
            head={[say("channel"), say("consent"), say("since"), say("reason")]}
            rows={consents.map(({ name, agreed, time, reason }) => ({
              id: name,
              cells: [
                name,
                say(agreed ? "agreed" : "refused"),
                time ? moment(Date.parse(time), language, true) : "-",
                reason ? because(reason) : "-",
              ],
            }))}
          />
        )}
      </FormSection>
      <FormSection title={say("suppressed")} help={say("suppressedText")}>
        {suppressed.length === 0 && <p className="soft">{say("noneSuppressed")}</p>}
        {contacts.map((contact) => {
          const on = of(contact);
          return (
            <div key={`${contact.channel} ${contact.address}`} className={css.row}>
              <span>
                <small className="soft">{say(contact.channel)}</small> {contact.address}
                {on && (
                  <span className="soft">
                    {" "}
                    {say("suppressed")} · {moment(on.at, language)} {because(on.reason)}
                  </span>
                )}
              </span>
              <Button onPress={() => setAsked(on ?? contact)}>{say(on ? "release" : "suppress")}</Button>
            </div>
          );
        })}
      </FormSection>
      {asked && <Ask contact={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function Ask({ contact, onClose }: { contact: Contact | Suppression; onClose: () => void }) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const listed = "at" in contact;
  const { channel, address } = contact;
  const change = useChange(() =>
    listed ? release(sandbox, contact) : suppress(sandbox, { channel: channel as Channel, address, reason: "byHand" }),
  );
  return (
    <Confirm
      title={say(listed ? "releaseTitle" : "suppressTitle", { address })}
      verb={say(listed ? "release" : "suppress")}
      danger={!listed}
      pending={change.isPending}
      error={change.error?.message}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{say(listed ? "releaseText" : "suppressText")}</p>
    </Confirm>
  );
}

/** The reasons that the server gives; others are what somebody wrote. */
const OURS = ["byHand", "hardBounce", "complaint", "unsubscribed"] as const;

function isOurs(reason: string): reason is (typeof OURS)[number] {
  return (OURS as readonly string[]).includes(reason);
}

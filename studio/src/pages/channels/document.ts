/** Channel configurations as documents, with the fields of each kind as the published JSON Schema has them. */
import published from "../../../../docs/reference/schemas/channel.schema.json";
import type { Channel } from "../../configuration/channels";
import { fieldsOf, type SchemaNode } from "../../configuration/schemaFields";

export type Part = Readonly<Record<string, unknown>>;

export interface ChannelDocument {
  readonly name: string;
  readonly description?: string;
  readonly category?: "marketing" | "transactional" | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly email?: Part | null | undefined;
  readonly push?: Part | null | undefined;
  readonly sms?: Part | null | undefined;
}

const { EmailChannel, FirebaseApp, AppleApp, Mailbox, PushChannel, SmsChannel } = published.$defs as unknown as Record<
  "EmailChannel" | "FirebaseApp" | "AppleApp" | "Mailbox" | "PushChannel" | "SmsChannel",
  SchemaNode
>;

export const FIELDS = {
  server: fieldsOf(EmailChannel, ["host", "port", "security", "username", "password", "connections"]),
  mailbox: fieldsOf(Mailbox),
  bounces: fieldsOf(EmailChannel, ["bounces"]),
  mailTracking: fieldsOf(EmailChannel, ["tracking", "opens", "clicks"]),
  app: fieldsOf(PushChannel, ["app"]),
  fcm: fieldsOf(FirebaseApp),
  apns: fieldsOf(AppleApp),
  tracking: fieldsOf(PushChannel, ["tracking"]),
  provider: fieldsOf(SmsChannel, ["url", "method", "form", "from"]),
} as const;

/** A part of each kind, before anything is written. */
export const BEGIN: Readonly<Record<Channel | "fcm" | "apns", Part>> = {
  email: { host: "", from: { address: "" } },
  push: { app: "" },
  sms: { url: "", body: { to: { param: "to" }, text: { param: "text" } } },
  fcm: { project: "", clientEmail: "", privateKey: "" },
  apns: { topic: "", teamId: "", keyId: "", key: "" },
};

export function kindOf(channel: ChannelDocument): Channel {
  return channel.push ? "push" : channel.sms ? "sms" : "email";
}

/** Where its messages go out, in a few words. */
export function throughOf(channel: ChannelDocument): string {
  const part = channel[kindOf(channel)] ?? {};
  return String(part.host ?? part.url ?? part.app ?? "");
}

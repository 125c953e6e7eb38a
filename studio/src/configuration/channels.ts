import { words } from "../canvas/words";
import { useSay } from "../messages/use";

/** The ways on which messages go out. */
export const CHANNELS = ["email", "push", "sms"] as const;
export type Channel = (typeof CHANNELS)[number];

/** They as options, in the reader's words. */
export function useChannelOptions(): readonly { id: Channel; label: string }[] {
  const say = useSay(words);
  return CHANNELS.map((id) => ({ id, label: say(id) }));
}

import { createContext, useContext } from "react";
import type { Finding } from "../../../api/types";
import { isUnfilled } from "../../../configuration/form";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import type { AllNamed } from "../named";

/** What the fields of a pane share: where they are, and what is said about them. */
export interface PaneContext {
  journey: string;
  activity: string | undefined;
  readOnly: boolean;
  /** Whether labels and descriptions can be changed, in what runs too. */
  texts: boolean;
  findings: readonly Finding[];
  named: AllNamed | undefined;
  /** The kind of the activity. */
  type: string;
  /** The dataset that it writes to. */
  dataset: string | undefined;
  /** The time zone of the journey. */
  zone: string;
  /** Saves what is not saved yet, so that the server sees the journey as it is here. */
  flush: () => Promise<void>;
}

export const Pane = createContext<PaneContext>({
  journey: "",
  activity: undefined,
  readOnly: true,
  texts: false,
  findings: [],
  named: undefined,
  type: "",
  dataset: undefined,
  zone: "UTC",
  flush: async () => undefined,
});

/** The sentence about a field, if one is there: `at` is its place in the activity, dotted; `alone`: not of what is inside. */
export function useFieldError(at: string, alone = false): string | undefined {
  const say = useSay(words);
  const { activity, findings } = useContext(Pane);
  const whole = activity === undefined ? at : `activities.${activity}.${at}`;
  const found = findings.find(
    (finding) => finding.field === whole || (!alone && finding.field.startsWith(`${whole}.`)),
  );
  if (!found) return undefined;
  return isUnfilled(found) ? say("fillIn") : [found.message, found.hint].filter(Boolean).join(" ");
}

import type { JourneyStatus } from "../api/types";
import { useSay } from "../messages/use";
import css from "./Status.module.css";
import { words } from "./statusWords";

/** A version's status: a dot and a word. */
export function Status({ status }: { status: JourneyStatus }) {
  const say = useSay(words);
  return (
    <span className={`${css.status} ${css[status]}`}>
      <i aria-hidden />
      {say(status)}
    </span>
  );
}

export function useStatusWord(): (status: JourneyStatus) => string {
  return useSay(words);
}

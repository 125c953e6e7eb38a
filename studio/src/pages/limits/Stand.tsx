import { useSay } from "../../messages/use";
import css from "./Limits.module.css";
import type { Stand as State } from "./limit";
import { words } from "./words";

/** Whether a limit is in force: a dot and a word. */
export function Stand({ stand }: { stand: State }) {
  const say = useSay(words);
  return (
    <span className={`${css.stand} ${css[stand]}`}>
      <i aria-hidden />
      {say(stand)}
    </span>
  );
}

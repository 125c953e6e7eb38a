import { FormSection } from "../components/FormSection";
import { Rows } from "../components/Rows";
import { useSay } from "../messages/use";
import type { BadRow } from "./csv";
import { words } from "./words";

const MOST = 50;

/** The rows of a file that are left out, and why. */
export function BadRows({ bad }: { bad: readonly BadRow[] }) {
  const say = useSay(words);
  return (
    <Lines
      title={say("badRows", { count: bad.length })}
      lines={bad.map(({ line, why, text }) => ({ line, why: say(why), text }))}
    />
  );
}

interface Line {
  line: number;
  why: string;
  text?: string;
}

/** Lines of a file with what is wrong with each; nothing where there are none. */
export function Lines({ title, lines }: { title: string; lines: readonly Line[] }) {
  const say = useSay(words);
  if (lines.length === 0) return null;
  return (
    <FormSection title={title} {...(lines.length > MOST ? { help: say("firstShown", { count: MOST }) } : {})}>
      <Rows
        head={[say("line"), say("why"), say("value")]}
        rows={lines.slice(0, MOST).map(({ line, why, text }) => ({
          id: String(line),
          cells: [line, why, <code key="text">{text}</code>],
        }))}
      />
    </FormSection>
  );
}

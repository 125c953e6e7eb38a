import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useSay } from "../messages/use";
import { Button } from "./Button";
import css from "./CodeBlock.module.css";
import { words } from "./words";

interface Props {
  /** What it is, read aloud and said by its button. */
  label: string;
  text: string;
  /** Rows before it scrolls. */
  rows?: number;
}

/** A text to look at and to take along. */
export function CodeBlock({ label, text, rows = 24 }: Props) {
  const say = useSay(words);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className={css.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section tabIndex={0} aria-label={label} className={css.text} style={{ maxHeight: rows * 18 + 24 }}>
        <pre>{text}</pre>
      </section>
      <div className={css.copy}>
        <Button icon={copied ? Check : Copy} onPress={() => void copy()} aria-label={`${say("copy")}: ${label}`}>
          {say(copied ? "copied" : "copy")}
        </Button>
      </div>
    </div>
  );
}

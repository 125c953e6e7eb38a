/** Texts with expressions in double braces, taken apart as the server does. */

/** `texts` stand before, between and behind the `expressions`; undefined where braces do not close. */
export function partsOf(source: string): { texts: string[]; expressions: string[] } | undefined {
  const texts: string[] = [];
  const expressions: string[] = [];
  let at = 0;
  for (;;) {
    const begin = source.indexOf("{{", at);
    if (begin < 0) return { texts: [...texts, source.slice(at)], expressions };
    const end = closing(source, begin + 2);
    if (end < 0) return undefined;
    texts.push(source.slice(at, begin));
    expressions.push(source.slice(begin + 2, end).trim());
    at = end + 2;
  }
}

/** Where the braces close: past the texts and the references of the expression. */
function closing(source: string, from: number): number {
  let depth = 0;
  let quote = "";
  for (let at = from; at < source.length; at++) {
    const letter = source[at] as string;
    if (quote) {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") depth++;
    else if (letter === "}" && depth > 0) depth--;
    else if (source.startsWith("}}", at)) return at;
  }
  return -1;
}

/** The text with each expression told by what it gave; of HTML escaped. */
export function filled(texts: readonly string[], values: readonly string[], html: boolean): string {
  return texts.map((text, index) => text + (index < values.length ? shown(values[index] ?? "", html) : "")).join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

function shown(value: string, html: boolean): string {
  return html ? value.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter) : value;
}

/** Tables in files: pure. */

export interface Table {
  readonly head: readonly string[];
  /** Each with the line that it begins on, from 1. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/** Reads CSV (RFC 4180), parted by commas, semicolons or tabs; the first row names the columns. Empty rows are passed over. */
export function tableIn(text: string): Table {
  const source = text.replace(/^\uFEFF/, "");
  const first = source.slice(0, source.search(/\r?\n|$/));
  const part = [",", ";", "\t"].reduce((best, each) => (count(first, each) > count(first, best) ? each : best));
  const rows: { line: number; cells: string[] }[] = [];
  let [cells, cell, quoted, line, begun]: [string[], string, boolean, number, number] = [[], "", false, 1, 1];
  const endRow = () => {
    cells.push(cell);
    if (cells.some((each) => each !== "")) rows.push({ line: begun, cells });
    [cells, cell, begun] = [[], "", line + 1];
  };
  for (let at = 0; at < source.length; at++) {
    const letter = source[at] ?? "";
    if (quoted) {
      if (letter === '"' && source[at + 1] === '"') cell += source[++at];
      else if (letter === '"') quoted = false;
      else cell += letter;
      if (letter === "\n") line++;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === part) {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n") {
      endRow();
      line++;
    } else if (letter !== "\r") cell += letter;
  }
  endRow();
  const [head, ...others] = rows;
  return { head: head?.cells.map((each) => each.trim()) ?? [], rows: others };
}

/** The same, where a file of one column may have no head: its first line is one of them then. */
export function listIn(text: string): Table {
  const first = text.slice(0, text.search(/\r?\n|$/));
  return /[,;\t]/.test(first) ? tableIn(text) : { head: ["id"], rows: tableIn(`id\n${text}`).rows.map(above) };
}

const above = ({ line, cells }: Table["rows"][number]) => ({ line: line - 1, cells });

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

export interface BadRow {
  readonly line: number;
  readonly why: "empty" | "long" | "repeated" | "type";
  readonly text: string;
}

const LONGEST = 2_000;

/** The ids of a column, each once; and the rows that hold none that can be taken. */
export function idsIn(table: Table, column: number): { ids: readonly string[]; bad: readonly BadRow[] } {
  const ids = new Set<string>();
  const bad: BadRow[] = [];
  for (const { line, cells } of table.rows) {
    const id = cells[column]?.trim() ?? "";
    const why = !id ? "empty" : [...id].length > LONGEST ? "long" : ids.has(id) ? "repeated" : undefined;
    if (why) bad.push({ line, why, text: id.slice(0, 80) });
    else ids.add(id);
  }
  return { ids: [...ids], bad };
}

export interface Records {
  /** Each with its line in the file, as JSON. */
  readonly records: readonly { readonly line: number; readonly json: string }[];
  readonly bad: readonly BadRow[];
}

/** A record of each row: columns are paths of fields ("person.name"), values of their types; empty cells say nothing. */
export function recordsIn(table: Table, fields: Readonly<Record<string, string>>): Records {
  const records: { line: number; json: string }[] = [];
  const bad: BadRow[] = [];
  for (const { line, cells } of table.rows) {
    const record: Record<string, unknown> = {};
    let wrong: string | undefined;
    table.head.forEach((path, column) => {
      const text = cells[column]?.trim() ?? "";
      if (!path || text === "") return;
      const value = typed(text, fields[path] ?? "string");
      if (value === undefined) wrong ??= `${path}: ${text.slice(0, 60)}`;
      else set(record, path.split("."), value);
    });
    if (wrong) bad.push({ line, why: "type", text: wrong });
    else records.push({ line, json: JSON.stringify(record) });
  }
  return { records, bad };
}

function typed(text: string, type: string): unknown {
  if (type === "integer" || type === "decimal") {
    const number = Number(text.replaceAll(",", ""));
    return Number.isFinite(number) && (type === "decimal" || Number.isInteger(number)) ? number : undefined;
  }
  if (type === "boolean") return { true: true, false: false }[text.toLowerCase()];
  if (type.startsWith("list")) {
    try {
      const found: unknown = JSON.parse(text);
      return Array.isArray(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }
  return text;
}

function set(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    record[name] = value;
    return;
  }
  const inner = (record[name] ?? {}) as Record<string, unknown>;
  record[name] = inner;
  set(inner, rest, value);
}

/** JSON records of a file in JSON lines, each with its line. */
export function linesIn(text: string): Records {
  return {
    records: text
      .split(/\r?\n/)
      .map((json, index) => ({ line: index + 1, json: json.trim() }))
      .filter((each) => each.json !== ""),
    bad: [],
  };
}

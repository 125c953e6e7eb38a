/** An event of the stream; nothing for a comment. */
export function parsed(part: string): { name: string; data: unknown } | undefined {
  const found = /^event: (\w+)\ndata: (.*)$/s.exec(part);
  return found ? { name: found[1] ?? "", data: JSON.parse(found[2] ?? "null") } : undefined;
}

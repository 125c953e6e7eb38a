/** Server-sent events, asked for as every other request: in the sandbox and language of the reader. */
import { connectionSeen } from "../frame/connection";
import { preferences } from "../frame/preferences";
import { parsed } from "./event";

export type Told = (name: string, data: unknown) => void;

const AGAIN_MS = 1_000;

/** Listens until the stream says that it ends, or `signal` does; a connection that breaks is made again. */
export async function listen(path: string, sandbox: string, told: Told, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await once(path, sandbox, told, signal)) return;
    } catch {
      if (signal.aborted) return;
      connectionSeen(false);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** One connection; true where there is nothing more to hear. */
async function once(path: string, sandbox: string, told: Told, signal: AbortSignal): Promise<boolean> {
  const headers = { "Accept-Language": preferences().language, "x-sandbox-name": sandbox };
  const response = await fetch(path, { headers, signal });
  connectionSeen(true);
  if (!response.ok || !response.body) return true;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    const parts = (text + value).split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const event = parsed(part);
      if (!event) continue;
      told(event.name, event.data);
      if (event.name === "end") return true;
    }
  }
}

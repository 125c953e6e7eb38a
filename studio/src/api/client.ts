/** Requests to the server: as the person who is signed in, in the chosen sandbox and language. */
import { connectionSeen } from "../frame/connection";
import { preferences } from "../frame/preferences";
import { type Answer, ApiError, ConnectionError } from "./errors";
import type { Problem } from "./types";

interface Options {
  sandbox?: string | undefined;
  body?: unknown;
  /** Sent as it is, instead of a JSON body. */
  text?: string | undefined;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Asks the server, and gives the answer with its version. Raises ApiError and ConnectionError. */
export async function ask<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { "Accept-Language": preferences().language, Accept: "application/json" };
  if (options.sandbox) headers["x-sandbox-name"] = options.sandbox;
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.text !== undefined) headers["Content-Type"] = "text/plain";
  let response: Response;
  try {
    const body = options.text ?? (options.body === undefined ? null : JSON.stringify(options.body));
    response = await fetch(path, { method, headers, body, signal: options.signal ?? null });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    connectionSeen(false);
    throw new ConnectionError(String(error));
  }
  connectionSeen(true);
  if (response.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const text = await response.text();
  if (!response.ok) throw new ApiError(problemOf(response, text));
  return { body: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get("ETag") };
}

function problemOf(response: Response, text: string): Problem {
  const status = response.status;
  try {
    const found = JSON.parse(text) as Problem | { error: PublicError | string };
    return "error" in found ? publicProblem(found.error, status) : found;
  } catch {
    return { title: `${status} ${response.statusText}`, status, code: "ERR_HTTP", params: {} };
  }
}

interface PublicError {
  message: string;
}

/** An error of the public API as a problem: a sentence, behind its code if it has one. */
function publicProblem(given: PublicError | string, status: number): Problem {
  const { message } = typeof given === "string" ? (JSON.parse(given) as PublicError) : given;
  const [, code = "ERR_HTTP", title = message] = /^(ERR_\w+): (.*)$/s.exec(message) ?? [];
  return { title, status, code, params: {} };
}

/** Asks for something to read. */
export async function get<T>(path: string, sandbox?: string, signal?: AbortSignal): Promise<T> {
  return (await ask<T>("GET", path, { sandbox, signal })).body;
}

import type { ReactNode } from "react";
import { useSay } from "../messages/use";
import { Button } from "./Button";
import { Notice } from "./Notice";
import { words } from "./words";

/** Something asked for, of which pages may have been put together. */
export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => Promise<unknown>;
}

/** What was asked for, once it is there; else why it is not. */
export function Loaded<T>({ query, children }: { query: Asked<T>; children: (data: T) => ReactNode }) {
  const say = useSay(words);
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <Notice kind="error" action={<Button onPress={() => void query.refetch()}>{say("again")}</Button>}>
        {say("failed")} {query.error.message}
      </Notice>
    );
  }
  return (
    <p aria-busy="true" className="only-read-aloud">
      {say("loading")}
    </p>
  );
}

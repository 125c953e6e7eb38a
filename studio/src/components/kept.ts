import { useState } from "react";
import { useMe } from "../frame/session";

/** A state that the browser keeps for the one who is signed in, under a name of its own. */
export function useKept<T extends object>(name: string, fallback: T): [T, (change: Partial<T>) => void] {
  const key = `sojourn.${useMe().name}.${name}`;
  const [value, setValue] = useState<T>(() => {
    try {
      return { ...fallback, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
    } catch {
      return fallback;
    }
  });
  return [
    value,
    (change) =>
      setValue((old) => {
        const next = { ...old, ...change };
        localStorage.setItem(key, JSON.stringify(next));
        return next;
      }),
  ];
}

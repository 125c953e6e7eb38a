import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Button } from "../components/Button";
import { Empty } from "../components/Empty";
import { useSay } from "../messages/use";
import { words } from "./words";

/** An address that there is nothing at. */
export function NotFound() {
  const say = useSay(words);
  return (
    <Empty title="404" action={<Link to="/">{say("toHome")}</Link>}>
      {say("notFound")}
    </Empty>
  );
}

/** A page that failed: what the server said, and a way on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const say = useSay(words);
  return (
    <Empty title={say("broken")} action={<Button onPress={reset}>{say("reload")}</Button>}>
      {error instanceof Error ? error.message : String(error)}
    </Empty>
  );
}

import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { Notice } from "../components/Notice";
import { Toasts } from "../components/toast";
import { useSay } from "../messages/use";
import { CommandPalette } from "./CommandPalette";
import { useConnectionLost } from "./connection";
import css from "./Frame.module.css";
import { Rail } from "./Rail";
import { useServerStatus } from "./session";
import { words } from "./words";

/** What surrounds every page: the rail, the command palette, the state of the connection. */
export function Frame() {
  const say = useSay(words);
  const lost = useConnectionLost();
  const error = useServerStatus()?.engine.error;
  return (
    <div className={css.frame}>
      <a href="#content" className={css.skip}>
        {say("skip")}
      </a>
      <Rail />
      <main id="content" className={css.content} tabIndex={-1}>
        {lost && <Notice kind="warning">{say("lost")}</Notice>}
        {error && <Notice kind="error">{say("engineDown", { error })}</Notice>}
        <Suspense fallback={<div className={css.wait} aria-busy="true" />}>
          <Outlet />
        </Suspense>
      </main>
      <CommandPalette />
      <Toasts />
    </div>
  );
}

import { Keyboard, Languages, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { useRef } from "react";
import { Button } from "react-aria-components";
import { Menu } from "../components/Menu";
import { useSay } from "../messages/use";
import { showShortcuts } from "./commands";
import css from "./Frame.module.css";
import { setPreference, type Theme, usePreferences } from "./preferences";
import { useMe } from "./session";
import { words } from "./words";

const THEMES = { light: Sun, dark: Moon, system: Monitor } as const;

/** Oneself: account, language, appearance, shortcuts, the way out. */
export function Avatar() {
  const say = useSay(words);
  const { name } = useMe();
  const { language, theme } = usePreferences();
  const form = useRef<HTMLFormElement>(null);
  return (
    <>
      <Menu
        label={say("account", { name })}
        trigger={
          <Button className={css.avatar ?? ""} aria-label={say("account", { name })}>
            <i aria-hidden data-initials={name.slice(0, 2).toUpperCase()} />
            <span>{name}</span>
          </Button>
        }
        sections={[
          {
            title: say("language"),
            items: (["en", "ko"] as const).map((each) => ({
              id: each,
              label: each === "en" ? "English" : "한국어",
              icon: Languages,
              checked: each === language,
              onAction: () => setPreference("language", each),
            })),
          },
          {
            title: say("theme"),
            items: (Object.keys(THEMES) as Theme[]).map((each) => ({
              id: each,
              label: say(each),
              icon: THEMES[each],
              checked: each === theme,
              onAction: () => setPreference("theme", each),
            })),
          },
          {
            items: [
              { id: "shortcuts", label: say("shortcuts"), icon: Keyboard, onAction: showShortcuts },
              {
                id: "mine",
                label: say("myAccount"),
                icon: UserRound,
                onAction: () => location.assign(`/account?lang=${language}`),
              },
              { id: "out", label: say("signOut"), icon: LogOut, onAction: () => form.current?.submit() },
            ],
          },
        ]}
      />
      <form ref={form} method="post" action="/sign-out" hidden />
    </>
  );
}

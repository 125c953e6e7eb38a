import { Link, useMatchRoute } from "@tanstack/react-router";
import { Boxes, ChevronsLeft, ChevronsRight, ChevronsUpDown, Search } from "lucide-react";
import { Button } from "react-aria-components";
import type { Sandbox } from "../api/types";
import { IconButton } from "../components/Button";
import { Menu } from "../components/Menu";
import { moment } from "../messages/text";
import { useSay } from "../messages/use";
import mark from "../sojourn.svg";
import { Avatar } from "./Avatar";
import { openPalette } from "./commands";
import css from "./Frame.module.css";
import { besideOf, useSections } from "./places";
import { setPreference, useLanguage, usePreferences } from "./preferences";
import { DEFAULT_SANDBOX, hueOf, useSandbox, useSandboxes, useServerStatus, useSwitchSandbox } from "./session";
import { words } from "./words";

const FIND_KEY = /Mac/.test(navigator.platform) ? "⌘K" : "Ctrl K";

/** The rail on the left: sandbox, pages, oneself. */
export function Rail() {
  const say = useSay(words);
  const { railFolded } = usePreferences();
  const match = useMatchRoute();
  const designing = match({ to: "/journeys/$name" }) !== false;
  const folded = railFolded || designing;
  return (
    <nav aria-label={say("menu")} className={`${css.rail} ${folded ? css.folded : ""}`}>
      <div className={css.brand}>
        <img src={mark} alt="" />
        <span>Sojourn</span>
      </div>
      <SandboxSwitch />
      <Button className={css.find ?? ""} onPress={openPalette} aria-label={`${say("findAnything")} ${FIND_KEY}`}>
        <Search size={16} aria-hidden />
        <span>{say("findAnything")}</span>
        <kbd>{FIND_KEY}</kbd>
      </Button>
      <div className={css.nav}>
        {useSections().map((section) => (
          <div key={section.word ?? ""} className={css.section}>
            {section.word && <h2>{say(section.word)}</h2>}
            {section.places.map((place) => {
              const { to, icon: Icon, word } = place;
              const beside = besideOf(place).some((each) => match({ to: each.to, fuzzy: true }));
              return (
                <Link
                  key={to}
                  to={to}
                  activeOptions={{ exact: to === "/", includeSearch: false }}
                  activeProps={{ className: css.active ?? "" }}
                  className={`${css.link} ${beside ? css.active : ""}`}
                  {...(folded ? { "aria-label": say(word), title: say(word) } : {})}
                >
                  <Icon size={18} aria-hidden />
                  <span>{say(word)}</span>
                </Link>
              );
            })}
          </div>
        ))}
      </div>
      <div className={css.foot}>
        <JourneyTime />
        <Avatar />
        {!designing && (
          <IconButton
            label={say(railFolded ? "unfold" : "fold")}
            icon={railFolded ? ChevronsRight : ChevronsLeft}
            onPress={() => setPreference("railFolded", !railFolded)}
          />
        )}
      </div>
    </nav>
  );
}

function SandboxSwitch() {
  const say = useSay(words);
  const sandbox = useSandbox();
  const switchTo = useSwitchSandbox();
  const sandboxes = useSandboxes().data ?? [];
  const here: Sandbox = sandboxes.find((each) => each.name === sandbox) ?? {
    name: sandbox,
    kind: sandbox === DEFAULT_SANDBOX ? "production" : "development",
    colour: "",
  };
  return (
    <Menu
      label={say("sandbox")}
      trigger={
        <Button
          className={css.sandbox ?? ""}
          style={{ "--hue": hueOf(here) } as React.CSSProperties}
          aria-label={`${say("sandbox")}: ${say(here.kind)} ${sandbox}`}
        >
          <Boxes size={16} aria-hidden />
          <span>
            <small>{say(here.kind)}</small> {sandbox}
          </span>
          <ChevronsUpDown size={14} aria-hidden />
        </Button>
      }
      sections={[
        {
          title: say("sandbox"),
          items: sandboxes.map(({ name, kind }) => ({
            id: name,
            label: name,
            detail: say(kind),
            checked: name === sandbox,
            onAction: () => switchTo(name),
          })),
        },
      ]}
    />
  );
}

/** The time in journeys, where it is not the time on the wall. */
function JourneyTime() {
  const say = useSay(words);
  const language = useLanguage();
  const clock = useServerStatus()?.clock;
  if (!clock || Math.abs(clock.now - Date.now()) < 3_600_000) return null;
  return (
    <p className={css.time}>
      {say("now")}
      <strong>{moment(clock.now, language, true)}</strong>
    </p>
  );
}

import { Link, useMatchRoute } from "@tanstack/react-router";
import {
  BarChart3,
  Boxes,
  Braces,
  ChevronsLeft,
  ChevronsRight,
  ChevronsUpDown,
  ContactRound,
  Database,
  Gauge,
  House,
  IdCard,
  KeyRound,
  type LucideIcon,
  ScrollText,
  Search,
  Send,
  ShieldAlert,
  Users,
  UsersRound,
  Workflow,
  Zap,
} from "lucide-react";
import { Button } from "react-aria-components";
import type { Sandbox } from "../api/types";
import { IconButton } from "../components/Button";
import type { CatalogPath } from "../components/CatalogPage";
import { Menu } from "../components/Menu";
import { moment } from "../messages/text";
import { useSay } from "../messages/use";
import mark from "../sojourn.svg";
import { Avatar } from "./Avatar";
import { openPalette } from "./commands";
import css from "./Frame.module.css";
import { setPreference, useLanguage, usePreferences } from "./preferences";
import {
  DEFAULT_SANDBOX,
  hueOf,
  useMay,
  useMe,
  useSandbox,
  useSandboxes,
  useServerStatus,
  useSwitchSandbox,
} from "./session";
import { words } from "./words";

interface Place {
  to: "/" | "/journeys" | "/profiles" | "/reports" | CatalogPath;
  icon: LucideIcon;
  word: Exclude<keyof typeof words, "account" | "nothingFound" | "engineDown">;
}

interface Section {
  /** Its heading; the first has none. */
  word?: "configuration" | "admin";
  places: readonly Place[];
}

/** The pages that the signed-in person may see, in the order of the rail; a section without any is left out. */
function useSections(): readonly Section[] {
  const journeys = useMay("read-journeys");
  const reports = useMay("read-reports");
  const configuration = useMay("read-configuration");
  const people = useMay("manage-configuration");
  const { administrator } = useMe();
  const sections: { word?: "configuration" | "admin"; places: (Place | false)[] }[] = [
    {
      places: [
        { to: "/", icon: House, word: "home" },
        journeys && { to: "/journeys", icon: Workflow, word: "journeys" },
        configuration && { to: "/segments", icon: UsersRound, word: "segments" },
        people && { to: "/profiles", icon: ContactRound, word: "profiles" },
        reports && { to: "/reports", icon: BarChart3, word: "reports" },
      ],
    },
    {
      word: "configuration",
      places: [
        configuration && { to: "/configuration/schemas", icon: Braces, word: "schemas" },
        configuration && { to: "/configuration/events", icon: Zap, word: "events" },
        configuration && { to: "/configuration/sources", icon: Database, word: "sources" },
        configuration && { to: "/configuration/actions", icon: Send, word: "actions" },
        configuration && { to: "/configuration/limits", icon: Gauge, word: "limits" },
      ],
    },
    {
      word: "admin",
      places: [
        administrator && { to: "/admin/sandboxes", icon: Boxes, word: "sandboxes" },
        administrator && { to: "/admin/users", icon: Users, word: "users" },
        administrator && { to: "/admin/product-profiles", icon: IdCard, word: "productProfiles" },
        { to: "/admin/tokens", icon: KeyRound, word: "tokens" },
        administrator && { to: "/admin/audit", icon: ScrollText, word: "audit" },
        administrator && { to: "/admin/quarantine", icon: ShieldAlert, word: "quarantine" },
      ],
    },
  ];
  return sections
    .map((section) => ({ ...section, places: section.places.filter((place) => place !== false) }))
    .filter((section) => section.places.length > 0);
}

/** All pages of the rail. */
export function usePlaces(): readonly Place[] {
  return useSections().flatMap((section) => section.places);
}

const FIND_KEY = /Mac/.test(navigator.platform) ? "⌘K" : "Ctrl K";

/** The rail on the left: sandbox, pages, oneself. */
export function Rail() {
  const say = useSay(words);
  const { railFolded } = usePreferences();
  const designing = useMatchRoute()({ to: "/journeys/$name" }) !== false;
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
            {section.places.map(({ to, icon: Icon, word }) => (
              <Link
                key={to}
                to={to}
                activeOptions={{ exact: to === "/", includeSearch: false }}
                activeProps={{ className: css.active ?? "" }}
                className={css.link ?? ""}
                {...(folded ? { "aria-label": say(word), title: say(word) } : {})}
              >
                <Icon size={18} aria-hidden />
                <span>{say(word)}</span>
              </Link>
            ))}
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

/** The pages of the studio: where they stand in the rail, and who may see them. */
import {
  BarChart3,
  Boxes,
  Braces,
  ContactRound,
  Database,
  Gauge,
  House,
  IdCard,
  KeyRound,
  Layers,
  type LucideIcon,
  Megaphone,
  ScrollText,
  Send,
  ShieldAlert,
  Users,
  UsersRound,
  Workflow,
  Zap,
} from "lucide-react";
import type { CatalogPath } from "../components/CatalogPage";
import { useMay, useMe } from "./session";
import type { words } from "./words";

interface Address {
  to: "/" | "/journeys" | "/profiles" | "/reports" | "/reports/query" | CatalogPath;
  word: Exclude<keyof typeof words, "account" | "nothingFound" | "engineDown">;
}

export interface Place extends Address {
  icon: LucideIcon;
}

interface Section {
  /** Its heading; the first has none. */
  word?: "configuration" | "admin";
  places: readonly Place[];
}

/** The pages that belong to one of the rail, beside each other on top of it. */
export const BESIDE = {
  "/reports": [
    { to: "/reports", word: "allJourneys" },
    { to: "/reports/alerts", word: "alerts" },
    { to: "/reports/query", word: "query" },
  ],
  "/configuration/schemas": [
    { to: "/configuration/schemas", word: "schemas" },
    { to: "/configuration/fieldgroups", word: "fieldgroups" },
    { to: "/configuration/classes", word: "classes" },
    { to: "/configuration/datatypes", word: "datatypes" },
    { to: "/configuration/namespaces", word: "namespaces" },
  ],
  "/configuration/channels": [
    { to: "/configuration/channels", word: "channels" },
    { to: "/configuration/rulesets", word: "rulesets" },
  ],
} as const satisfies Partial<Record<Address["to"], readonly Address[]>>;

export function besideOf(place: Place): readonly Address[] {
  return place.to in BESIDE ? BESIDE[place.to as keyof typeof BESIDE] : [];
}

/** The pages that the signed-in person may see, in the order of the rail; a section without any is left out. */
export function useSections(): readonly Section[] {
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
        configuration && { to: "/configuration/datasets", icon: Layers, word: "datasets" },
        configuration && { to: "/configuration/events", icon: Zap, word: "events" },
        configuration && { to: "/configuration/sources", icon: Database, word: "sources" },
        configuration && { to: "/configuration/actions", icon: Send, word: "actions" },
        configuration && { to: "/configuration/channels", icon: Megaphone, word: "channels" },
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

/** All pages of the rail, and those beside them. */
export function usePlaces(): readonly Address[] {
  return useSections().flatMap(({ places }) =>
    places.flatMap((place) => [place, ...besideOf(place).filter(({ to }) => to !== place.to)]),
  );
}

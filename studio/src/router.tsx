/** The addresses of the studio. A page is a folder of its own in `pages/`, loaded when it is first gone to. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Frame } from "./frame/Frame";
import { NotFound, PageError } from "./frame/Trouble";
import { isLens, type Lens } from "./pages/designer/lenses/lens";
import { askedOf } from "./pages/report/range";

interface Search {
  /** The sandbox, where it is not the production's. */
  sandbox?: string | undefined;
}

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  validateSearch: (given: Record<string, unknown>): Search => ({
    sandbox: typeof given.sandbox === "string" ? given.sandbox : undefined,
  }),
  search: { middlewares: [retainSearchParams(["sandbox"])] },
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/home/Home")),
});

const journeys = createRoute({
  getParentRoute: () => root,
  path: "/journeys",
  validateSearch: (given: Record<string, unknown>): { uses?: string | undefined } => ({
    /** A document that they use: "event:Purchase". */
    uses: typeof given.uses === "string" ? given.uses : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/journeys/Journeys")),
});

const journey = createRoute({
  getParentRoute: () => root,
  path: "/journeys/$name",
  validateSearch: (
    given: Record<string, unknown>,
  ): { activity?: string | undefined; version?: number | undefined; lens?: Lens | undefined } => ({
    lens: isLens(given.lens) ? given.lens : undefined,
    activity: typeof given.activity === "string" ? given.activity : undefined,
    version: typeof given.version === "number" ? given.version : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/designer/Designer")),
});

const report = createRoute({
  getParentRoute: () => root,
  path: "/journeys/$name/report",
  validateSearch: askedOf,
  component: lazyRouteComponent(() => import("./pages/report/JourneyReport")),
});

const reports = createRoute({
  getParentRoute: () => root,
  path: "/reports",
  validateSearch: askedOf,
  component: lazyRouteComponent(() => import("./pages/reports/Reports")),
});

const query = createRoute({
  getParentRoute: () => root,
  path: "/reports/query",
  component: lazyRouteComponent(() => import("./pages/query/Query")),
});

/** Of a catalog: `?new=true` is one that is about to be made. */
function isNew(given: Record<string, unknown>): { new?: boolean | undefined } {
  return { new: given.new === true || undefined };
}

/** A list, below which each of its things has its address. */
function catalog<const Path extends string>(path: Path, page: () => Promise<{ default: ComponentType }>) {
  const list = createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: isNew,
    component: lazyRouteComponent(page),
  });
  const one = createRoute({ getParentRoute: () => list, path: "$name" });
  return list.addChildren([one]);
}

const catalogs = [
  catalog("/segments", () => import("./pages/segments/Segments")),
  catalog("/configuration/schemas", () => import("./pages/schemas/Schemas")),
  catalog("/configuration/fieldgroups", () => import("./pages/schemas/FieldGroups")),
  catalog("/configuration/classes", () => import("./pages/schemas/Classes")),
  catalog("/configuration/datatypes", () => import("./pages/schemas/DataTypes")),
  catalog("/reports/alerts", () => import("./pages/alerts/Alerts")),
  catalog("/configuration/namespaces", () => import("./pages/namespaces/Namespaces")),
  catalog("/configuration/datasets", () => import("./pages/datasets/Datasets")),
  catalog("/configuration/channels", () => import("./pages/channels/Channels")),
  catalog("/configuration/rulesets", () => import("./pages/rulesets/Rulesets")),
  catalog("/configuration/events", () => import("./pages/events/Events")),
  catalog("/configuration/sources", () => import("./pages/sources/Sources")),
  catalog("/configuration/actions", () => import("./pages/actions/Actions")),
  catalog("/configuration/limits", () => import("./pages/limits/Limits")),
  catalog("/admin/sandboxes", () => import("./pages/sandboxes/Sandboxes")),
  catalog("/admin/users", () => import("./pages/users/Users")),
  catalog("/admin/product-profiles", () => import("./pages/product-profiles/ProductProfiles")),
  catalog("/admin/tokens", () => import("./pages/tokens/Tokens")),
  catalog("/admin/audit", () => import("./pages/audit/Audit")),
  catalog("/admin/quarantine", () => import("./pages/quarantine/Quarantine")),
] as const;

const profiles = createRoute({
  getParentRoute: () => root,
  path: "/profiles",
  component: lazyRouteComponent(() => import("./pages/profiles/Profiles")),
});

const person = createRoute({
  getParentRoute: () => root,
  path: "/profiles/$namespace/$id",
  component: lazyRouteComponent(() => import("./pages/profiles/Person")),
});

export const router = createRouter({
  routeTree: root.addChildren([home, journeys, journey, report, profiles, person, reports, query, ...catalogs]),
  defaultPreload: "intent",
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

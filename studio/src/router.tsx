/** The addresses of the studio. A page is a folder of its own in `pages/`, loaded when it is first gone to. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { Frame } from "./frame/Frame";
import { NotFound, PageError } from "./frame/Trouble";

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
  ): { activity?: string | undefined; version?: number | undefined } => ({
    activity: typeof given.activity === "string" ? given.activity : undefined,
    version: typeof given.version === "number" ? given.version : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/designer/Designer")),
});

const report = createRoute({
  getParentRoute: () => root,
  path: "/journeys/$name/report",
  component: lazyRouteComponent(() => import("./pages/report/JourneyReport")),
});

/** Of a catalog: `?new=true` is one that is about to be made. */
function isNew(given: Record<string, unknown>): { new?: boolean | undefined } {
  return { new: given.new === true || undefined };
}

const events = createRoute({
  getParentRoute: () => root,
  path: "/configuration/events",
  validateSearch: isNew,
  component: lazyRouteComponent(() => import("./pages/events/Events")),
});
const event = createRoute({ getParentRoute: () => events, path: "$name" });

export const router = createRouter({
  routeTree: root.addChildren([home, journeys, journey, report, events.addChildren([event])]),
  defaultPreload: "intent",
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

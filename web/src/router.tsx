/** Every address of the product. Pages load when first visited. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams, type RouterHistory } from "@tanstack/react-router";

import { Crashed } from "./frame/Crashed";
import { Frame } from "./frame/Frame";
import { factorySearch } from "./pages/factory/search";
import { validInspections } from "./pages/inspections/search";
import { validRange, type RangeSearch } from "./range/range";
import { en } from "./texts/en";
import { Missing } from "./widgets/Answer";
import { SEVERITIES, type Severity } from "./widgets/severity";

export interface RootSearch {
  /** Without menus and in large type; links keep it. */
  wall?: 1 | undefined;
}

const root = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch => (search.wall === undefined || search.wall === 0 ? {} : { wall: 1 }),
  search: { middlewares: [retainSearchParams<RootSearch>(["wall"])] },
  component: Frame,
  errorComponent: Crashed,
  notFoundComponent: () => <Missing text={en.error.pageMissing} />,
});

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const enterprise = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search: Record<string, unknown>): { region?: string } => {
    const region = text(search.region);
    return region === undefined ? {} : { region };
  },
  component: lazyRouteComponent(() => import("./pages/enterprise/EnterprisePage"), "EnterprisePage"),
});

/** What runs in a site, a country or a region: one page, three scopes. */
const factory = lazyRouteComponent(() => import("./pages/factory/FactoryPage"), "FactoryPage");
const site = createRoute({ getParentRoute: () => root, path: "/sites/$site", validateSearch: factorySearch, component: factory });
const country = createRoute({ getParentRoute: () => root, path: "/countries/$country", validateSearch: factorySearch, component: factory });
const region = createRoute({ getParentRoute: () => root, path: "/regions/$region", validateSearch: factorySearch, component: factory });

export interface LineSearch {
  /** Only the values of this step. */
  step?: string;
  /** The value whose history is open. */
  tag?: string;
}

const line = createRoute({
  getParentRoute: () => root,
  path: "/sites/$site/lines/$line",
  validateSearch: (search: Record<string, unknown>): LineSearch => {
    const step = text(search.step);
    const tag = text(search.tag);
    return { ...(step === undefined ? {} : { step }), ...(tag === undefined ? {} : { tag }) };
  },
  component: lazyRouteComponent(() => import("./pages/line/LinePage"), "LinePage"),
});

const product = createRoute({
  getParentRoute: () => root,
  path: "/sites/$site/products/$product",
  component: lazyRouteComponent(() => import("./pages/product/ProductPage"), "ProductPage"),
});

const inspections = createRoute({
  getParentRoute: () => root,
  path: "/inspections",
  validateSearch: validInspections,
  component: lazyRouteComponent(() => import("./pages/inspections/InspectionsPage"), "InspectionsPage"),
});

export interface AlarmsSearch extends RangeSearch {
  /** Without it: what is open. */
  tab?: "history";
  site?: string;
  line?: string;
  severity?: Severity;
  /** Only what is assigned to the person of this browser. */
  mine?: true;
}

const alarms = createRoute({
  getParentRoute: () => root,
  path: "/alarms",
  validateSearch: (search: Record<string, unknown>): AlarmsSearch => {
    const site = text(search.site);
    const line = site === undefined ? undefined : text(search.line);
    const severity = SEVERITIES.find((known) => known === search.severity);
    return {
      ...(search.tab === "history" ? { tab: "history" } : {}),
      ...(site === undefined ? {} : { site }),
      ...(line === undefined ? {} : { line }),
      ...(severity === undefined ? {} : { severity }),
      ...(search.mine === true ? { mine: true } : {}),
      ...validRange(search),
    };
  },
  component: lazyRouteComponent(() => import("./pages/alarms/AlarmsPage"), "AlarmsPage"),
});

const incident = createRoute({
  getParentRoute: () => root,
  path: "/alarms/$alarm",
  component: lazyRouteComponent(() => import("./pages/alarms/IncidentPage"), "IncidentPage"),
});

export interface WallSearch {
  /** Paths with commas between them; without it a choice that fits the plant. */
  pages?: string;
  /** Seconds for each. */
  every?: number;
}

const wall = createRoute({
  getParentRoute: () => root,
  path: "/wall",
  validateSearch: (search: Record<string, unknown>): WallSearch => {
    const pages = text(search.pages);
    const every = typeof search.every === "number" && search.every > 0 ? search.every : undefined;
    return { ...(pages === undefined ? {} : { pages }), ...(every === undefined ? {} : { every }) };
  },
  component: lazyRouteComponent(() => import("./pages/wall/WallPage"), "WallPage"),
});

const routeTree = root.addChildren([enterprise, region, country, site, line, product, inspections, alarms, incident, wall]);

/** The pages once more, beside the address bar: for a wall that turns them. */
export const besideRouter = (history: RouterHistory) => createRouter({ routeTree, history, defaultErrorComponent: Crashed, scrollRestoration: false });

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

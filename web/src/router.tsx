/** Every address of the product. Pages load when first visited. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { Crashed } from "./frame/Crashed";
import { Frame } from "./frame/Frame";
import { factorySearch } from "./pages/factory/search";
import { validInspections } from "./pages/inspections/search";
import { en } from "./texts/en";
import { Missing } from "./widgets/Answer";

const root = createRootRoute({ component: Frame, errorComponent: Crashed, notFoundComponent: () => <Missing text={en.error.pageMissing} /> });

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

export const router = createRouter({
  routeTree: root.addChildren([enterprise, region, country, site, line, product, inspections]),
  defaultPreload: "intent",
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

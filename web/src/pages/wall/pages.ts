/** Which pages a wall turns, as an address writes them: paths with commas between. */

import type { EnterpriseView } from "../../api/types";
import { wall as text } from "../../texts/wall";

export const EVERY_S = 20;
export const LEAST_S = 5;
export const MOST_S = 3_600;

export interface WallPlace {
  path: string;
  name: string;
}

/** Every page that makes sense on a wall. */
export function places(plant: EnterpriseView): WallPlace[] {
  return [
    { path: "/", name: text.enterprise },
    ...plant.sites.flatMap((site) => [
      { path: `/sites/${site.id}`, name: text.site(site.name) },
      ...site.lines.map(({ line, name }) => ({ path: `/sites/${site.id}/lines/${line}`, name: text.line(site.name, name) })),
    ]),
    { path: "/alarms", name: text.alarms },
  ];
}

/** The world, then each factory. */
export function usualPaths(plant: EnterpriseView): string[] {
  return ["/", ...plant.sites.map(({ id }) => `/sites/${id}`)];
}

/** Paths of this hub only, and no wall on a wall. */
export function readPaths(pages: string): string[] {
  return pages
    .split(",")
    .map((path) => path.trim())
    .filter((path) => path.startsWith("/") && !path.startsWith("//") && !path.startsWith("/wall"));
}

export function seconds(every: number | undefined): number {
  return Math.min(MOST_S, Math.max(LEAST_S, Math.round(every ?? EVERY_S)));
}

/** The page's address in the frame of a wall. */
export function onWall(path: string): string {
  const url = new URL(path, location.origin);
  url.searchParams.set("wall", "1");
  return url.pathname + url.search;
}

export function nameOf(path: string, plant: EnterpriseView): string {
  return places(plant).find((place) => place.path === path)?.name ?? path;
}

export function addressOf(paths: readonly string[], every: number): string {
  return `${location.origin}/wall?pages=${paths.map((path) => encodeURI(path)).join(",")}&every=${every}`;
}

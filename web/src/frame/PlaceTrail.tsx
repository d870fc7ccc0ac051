/** Enterprise › Region › Site › Line › Product, each a link; a country's own page stands below its region. */

import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { plantQuery } from "../api/queries";
import type { EnterpriseView } from "../api/types";
import { alarms } from "../texts/alarms";
import { en } from "../texts/en";
import { inspectionsText } from "../texts/inspections";
import { wall } from "../texts/wall";
import css from "./PlaceTrail.module.css";

export interface Place {
  level: "enterprise" | "region" | "country" | "site" | "line" | "product" | "page" | "alarm";
  name: string;
  to: string;
  params?: Record<string, string>;
}

export function PlaceTrail(): ReactNode {
  const places = usePlaces();
  const up = places[places.length - 2];
  const navigate = useNavigate();
  useHotkeys([["u", () => void (up === undefined ? undefined : navigate(target(up)))]]);
  return (
    <nav className={css.trail} aria-label={en.frame.place}>
      <ol>
        {places.map((place, n) => (
          <li key={place.level} data-level={place.level}>
            {n === places.length - 1 ? <span aria-current="page">{place.name}</span> : <Link {...target(place)} activeOptions={{ exact: true }}>{place.name}</Link>}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Pages that belong to no place of the plant. */
const PAGES: Record<string, string> = { alarms: alarms.title, inspections: inspectionsText.title, wall: wall.title };

export function usePlaces(): Place[] {
  const { site, line, product, alarm, country, region } = useParams({ strict: false });
  const page = useLocation({ select: ({ pathname }) => pathname.split("/")[1] ?? "" });
  const filter = useSearch({ strict: false }).region;
  const { data: plant, isPending } = useQuery(plantQuery);
  // Names come once and together: a trail that changes its words would move.
  if (isPending) return [];
  const places: Place[] = [{ level: "enterprise", name: plant?.name ?? en.frame.enterprise, to: "/" }];
  const title = PAGES[page];
  if (title !== undefined) places.push({ level: "page", name: title, to: `/${page}` });
  if (alarm !== undefined) places.push({ level: "alarm", name: `#${alarm}`, to: "" });
  const here = plant?.sites.find((other) => other.id === site);
  const land = plant?.countries.find((other) => other.id === country);
  const areaId = here?.region ?? land?.parent ?? region ?? filter;
  const area = plant?.regions.find((other) => other.id === areaId);
  const areaName = area?.name ?? region;
  if (areaId !== undefined && areaName !== undefined) places.push({ level: "region", name: areaName, to: "/regions/$region", params: { region: areaId } });
  if (country !== undefined) places.push({ level: "country", name: land?.name ?? country, to: "/countries/$country", params: { country } });
  if (site === undefined) return places;
  places.push({ level: "site", name: here?.name ?? site, to: "/sites/$site", params: { site } });
  const lineId = line ?? (product === undefined ? undefined : lineOf(product));
  if (lineId !== undefined) {
    places.push({ level: "line", name: lineName(plant, site, lineId), to: "/sites/$site/lines/$line", params: { site, line: lineId } });
  }
  if (product !== undefined) places.push({ level: "product", name: `#${product.slice((lineId?.length ?? -1) + 1)}`, to: "", params: {} });
  return places;
}

/** `<line>-<count>`: a line's id may itself hold dashes. */
function lineOf(product: string): string {
  return product.slice(0, product.lastIndexOf("-"));
}

function lineName(plant: EnterpriseView | undefined, site: string, line: string): string {
  const lines = plant?.sites.find((other) => other.id === site)?.lines;
  return lines?.find((other) => other.line === line)?.name ?? line;
}

function target(place: Place): { to: string; params: Record<string, string> } {
  return { to: place.to, params: place.params ?? {} };
}

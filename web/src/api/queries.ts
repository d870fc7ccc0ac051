/** Every question to the hub with its key. A live topic writes its view under the key of the same question. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { Bin, Span } from "../range/range";
import type { Range } from "../range/useRange";
import { getJson, query } from "./fetch";
import type { DefectSeries, EnterpriseView, LineOees, LineView, OeeSeries, ProductView, ReadingSeries, ScopeView } from "./types";

const TREND_REFRESH_MS = 15_000;
const SHIFTS_STALE_MS = 10 * 60_000;
/** Shifts may last a day, and a weekend may lie between two. */
const SHIFTS_BEFORE_H = 96;
const SHIFTS_AFTER_H = 36;

type Asked = Pick<Range, "from" | "to" | "live">;

export const plantQuery = queryOptions({
  queryKey: ["plant"],
  queryFn: ({ signal }) => getJson<EnterpriseView>("/api/v1/plant", signal),
});

/** The factory page of `site:<id>`, `country:<id>` or `region:<id>`. */
export const scopeQuery = (scope: string) =>
  queryOptions({
    queryKey: ["scope", scope],
    queryFn: ({ signal }) => getJson<ScopeView>(`/api/v1/scopes/${enc(scope)}`, signal),
  });

export const lineQuery = (site: string, line: string) =>
  queryOptions({
    queryKey: ["line", site, line],
    queryFn: ({ signal }) => getJson<LineView>(`/api/v1/lines/${enc(site)}/${enc(line)}`, signal),
  });

export const productQuery = (site: string, product: string) =>
  queryOptions({
    queryKey: ["product", site, product],
    queryFn: ({ signal }) => getJson<ProductView>(`/api/v1/products/${enc(site)}/${enc(product)}`, signal),
  });

/** OEE of a scope by minute over the last hour. */
export const hourQuery = (scope: string) =>
  queryOptions({
    queryKey: ["oee", scope, "hour"],
    queryFn: ({ signal }) => getJson<OeeSeries>(`/api/v1/oee${query({ scope, ...lastMinutes(60), bin: "1m" })}`, signal),
    refetchInterval: TREND_REFRESH_MS,
  });

/** OEE of a scope over a range, by `bin` or as one `total`. */
export const oeeQuery = (scope: string, bin: Bin | "total", { from, to, live }: Asked) =>
  queryOptions({
    queryKey: ["oee", scope, bin, from, to],
    queryFn: ({ signal }) => getJson<OeeSeries>(`/api/v1/oee${query({ scope, from, to, bin })}`, signal),
    // While the range moves on, what was there stays until the next is.
    placeholderData: keepPreviousData,
    refetchInterval: live ? TREND_REFRESH_MS : false,
  });

export const lineOeesQuery = (scope: string, { from, to, live }: Asked) =>
  queryOptions({
    queryKey: ["lines", scope, from, to],
    queryFn: ({ signal }) => getJson<LineOees>(`/api/v1/oee/lines${query({ scope, from, to })}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: live ? TREND_REFRESH_MS : false,
  });

export const defectsQuery = (scope: string, bin: Bin, { from, to, live }: Asked) =>
  queryOptions({
    queryKey: ["defects", scope, bin, from, to],
    queryFn: ({ signal }) => getJson<DefectSeries>(`/api/v1/defects${query({ scope, from, to, bin })}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: live ? TREND_REFRESH_MS : false,
  });

/** The shifts of one site around now: the hub names them by cutting its days at them. */
export const shiftsQuery = (site: string) =>
  queryOptions({
    queryKey: ["shifts", site],
    queryFn: ({ signal }) => getJson<OeeSeries>(`/api/v1/oee${query({ scope: `site:${site}`, ...aroundNow(), bin: "shift" })}`, signal),
    select: ({ bins }): Span[] => bins.map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) })),
    staleTime: SHIFTS_STALE_MS,
    refetchInterval: SHIFTS_STALE_MS,
  });

/** One tag over the last `minutes`, averaged into bins of `bin` with the lowest and highest of each. */
export const readingsQuery = (site: string, line: string, tag: string, minutes: number, bin: string) =>
  queryOptions({
    queryKey: ["readings", site, line, tag, minutes, bin],
    queryFn: ({ signal }) =>
      getJson<ReadingSeries>(`/api/v1/readings${query({ site, line, tag, ...lastMinutes(minutes), agg: "avg", bin, fill: "null" })}`, signal),
    refetchInterval: TREND_REFRESH_MS,
  });

function aroundNow(): { from: string; to: string } {
  const hour = 60 * 60_000;
  return { from: new Date(Date.now() - SHIFTS_BEFORE_H * hour).toISOString(), to: new Date(Date.now() + SHIFTS_AFTER_H * hour).toISOString() };
}

function lastMinutes(minutes: number): { from: string; to: string } {
  const minute = 60_000;
  const to = Math.ceil(Date.now() / minute) * minute;
  return { from: new Date(to - minutes * minute).toISOString(), to: new Date(to).toISOString() };
}

function enc(part: string): string {
  return encodeURIComponent(part);
}

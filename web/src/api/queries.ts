/** Every question to the hub with its key. A live topic writes its view under the key of the same question. */

import { queryOptions } from "@tanstack/react-query";

import { getJson, query } from "./fetch";
import type { EnterpriseView, LineView, OeeSeries, ProductView, ReadingSeries, SiteSummary } from "./types";

const TREND_REFRESH_MS = 15_000;

export const plantQuery = queryOptions({
  queryKey: ["plant"],
  queryFn: ({ signal }) => getJson<EnterpriseView>("/api/v1/plant", signal),
});

export const siteQuery = (site: string) =>
  queryOptions({
    queryKey: ["site", site],
    queryFn: ({ signal }) => getJson<SiteSummary>(`/api/v1/sites/${enc(site)}`, signal),
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

/** One tag over the last `minutes`, averaged into bins of `bin` with the lowest and highest of each. */
export const readingsQuery = (site: string, line: string, tag: string, minutes: number, bin: string) =>
  queryOptions({
    queryKey: ["readings", site, line, tag, minutes, bin],
    queryFn: ({ signal }) =>
      getJson<ReadingSeries>(`/api/v1/readings${query({ site, line, tag, ...lastMinutes(minutes), agg: "avg", bin, fill: "null" })}`, signal),
    refetchInterval: TREND_REFRESH_MS,
  });

function lastMinutes(minutes: number): { from: string; to: string } {
  const minute = 60_000;
  const to = Math.ceil(Date.now() / minute) * minute;
  return { from: new Date(to - minutes * minute).toISOString(), to: new Date(to).toISOString() };
}

function enc(part: string): string {
  return encodeURIComponent(part);
}

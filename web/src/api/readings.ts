/** One tag around a moment that matters. */

import { queryOptions } from "@tanstack/react-query";

import { getJson, query } from "./fetch";
import type { ReadingSeries } from "./types";

const REFRESH_MS = 15_000;

/** What has passed does not change, so it is asked once; while it goes on, again and again. */
export const readingsAroundQuery = (site: string, line: string, tag: string, at: string, minutes: number, bin: string) =>
  queryOptions({
    queryKey: ["readings", site, line, tag, "around", at, minutes, bin],
    queryFn: ({ signal }) =>
      getJson<ReadingSeries>(`/api/v1/readings${query({ site, line, tag, ...around(Date.parse(at), minutes), agg: "avg", bin, fill: "null" })}`, signal),
    refetchInterval: ({ state }) => (state.dataUpdatedAt > Date.parse(at) + minutes * 60_000 ? false : REFRESH_MS),
    staleTime: Infinity,
  });

function around(at: number, minutes: number): { from: string; to: string } {
  const half = minutes * 60_000;
  return { from: new Date(at - half).toISOString(), to: new Date(Math.min(at + half, Math.max(Date.now(), at + 1_000))).toISOString() };
}

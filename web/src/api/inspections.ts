/** Products by filters, page by page, newest first. */

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { getJson, query } from "./fetch";
import type { components } from "./schema";
import type { InspectionSummary, ScopeView } from "./types";

/** A product in the gallery: with the surest box, and the cameras that saw one. */
export type Inspected = InspectionSummary & { score?: number | null; cameras?: string[] };

interface InspectionPage {
  items: Inspected[];
  next: string | null;
}

const PAGE = 60;
const NAMES_STALE_MS = 10 * 60_000;

/** `asOf` makes a question of later a question of its own. What was found stays until the next answer is here. */
export const inspectionsQuery = (filters: Record<string, string | number | undefined>, asOf: number) =>
  infiniteQueryOptions({
    queryKey: ["inspections", filters, asOf],
    queryFn: ({ pageParam, signal }) => getJson<InspectionPage>(`/api/v1/inspections${query({ ...filters, limit: PAGE, cursor: pageParam })}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });

/** The newest rejected products of a line since `from`; asked again when there is a newer one. */
export const rejectsQuery = (site: string, line: string, from: string, newest: string, limit: number) =>
  queryOptions({
    queryKey: ["rejects", site, line, from, newest, limit],
    queryFn: ({ signal }) => getJson<InspectionPage>(`/api/v1/inspections${query({ site, line, verdict: "reject", from, limit })}`, signal),
    placeholderData: keepPreviousData,
  });

/** Names of defects and cameras of a place. They change with the plant's file only. */
export const scopeNamesQuery = (scope: string) =>
  queryOptions({
    queryKey: ["scope", scope, "names"],
    queryFn: async ({ signal }): Promise<ScopeNames> => {
      const { defects, cameras } = await getJson<ScopeView>(`/api/v1/scopes/${encodeURIComponent(scope)}`, signal);
      return { defects, cameras };
    },
    staleTime: NAMES_STALE_MS,
  });

export interface ScopeNames {
  defects: components["schemas"]["DefectView"][];
  cameras: components["schemas"]["CameraView"][];
}

/** What people enter about a line: asked for, entered, ended. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { getJson, postJson, query } from "./fetch";
import type { components } from "./schema";
import type { StepEvent } from "./types";

export type NewEvent = components["schemas"]["NewEvent"];

const REFRESH_MS = 30_000;

/** Events that touch the time since `from`, newest first. Asked again when other events are open than before. */
export const eventsQuery = (site: string, line: string, from: number, open: string) =>
  queryOptions({
    queryKey: ["events", site, line, from, open],
    placeholderData: keepPreviousData,
    // The same events may be open as some time ago, and others have ended since: an older answer is no answer.
    staleTime: 0,
    queryFn: ({ signal }) => getJson<{ items: StepEvent[] }>(`${path(site, line)}${query({ from: new Date(from).toISOString() })}`, signal),
    refetchInterval: REFRESH_MS,
  });

export function enterEvent(site: string, line: string, event: NewEvent): Promise<StepEvent> {
  return postJson(path(site, line), event);
}

/** It is over, now. */
export function endEvent(event: StepEvent, person: number): Promise<StepEvent> {
  return postJson(`${path(event.site, event.line)}/${event.id}/end`, { person });
}

function path(site: string, line: string): string {
  return `/api/v1/lines/${encodeURIComponent(site)}/${encodeURIComponent(line)}/events`;
}

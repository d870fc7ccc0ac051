/** Questions and actions about alarms and the people who act on them. The live topic `alarms` is the view of `boardQuery`. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { getJson, postJson, query } from "./fetch";
import type { AlarmBoard, AlarmDossier, AlarmPage, PersonView, ReadingSeries } from "./types";

const DOSSIER_REFRESH_MS = 15_000;
const PAGE_SIZE = 50;

export const boardQuery = queryOptions({
  queryKey: ["alarms"],
  queryFn: ({ signal }) => getJson<AlarmBoard>("/api/v1/alarms/board", signal),
});

export const dossierQuery = (alarm: number) =>
  queryOptions({
    queryKey: ["alarm", alarm],
    queryFn: ({ signal }) => getJson<AlarmDossier>(`/api/v1/alarms/${alarm}`, signal),
    refetchInterval: DOSSIER_REFRESH_MS,
  });

export interface Period {
  from: string;
  to: string;
}

/** All alarms of a scope by when they were raised, page by page. `name` stands for the period in the key: its ends move. */
export const historyQuery = (scope: string, name: string, period: () => Period) =>
  infiniteQueryOptions({
    queryKey: ["alarms", "history", scope, name],
    queryFn: ({ signal, pageParam }) => getJson<AlarmPage>(`/api/v1/alarms${query({ state: "all", scope, ...pageParam, limit: PAGE_SIZE })}`, signal),
    initialPageParam: { ...period(), cursor: null as string | null },
    // The ends of the first page hold for all of them: a cursor goes with the question that it came from.
    getNextPageParam: (last, _all, before) => (last.next === null ? undefined : { ...before, cursor: last.next }),
  });

export const personsQuery = queryOptions({
  queryKey: ["persons"],
  queryFn: ({ signal }) => getJson<{ items: PersonView[] }>("/api/v1/persons", signal),
});

export const addPerson = (name: string): Promise<PersonView> => postJson<PersonView>("/api/v1/persons", { name });

/** One tag between two instants, averaged into bins. */
export const readingsBetween = (site: string, line: string, tag: string, period: Period, bin: string) =>
  queryOptions({
    queryKey: ["readings", site, line, tag, period.from, period.to, bin],
    queryFn: ({ signal }) => getJson<ReadingSeries>(`/api/v1/readings${query({ site, line, tag, ...period, agg: "avg", bin, fill: "null" })}`, signal),
  });

export type Deed = { what: "acknowledge" | "comment" | "clear"; text?: string } | { what: "assign"; assignee: PersonView | null; text?: string };

export function act(alarm: number, person: PersonView, deed: Deed): Promise<AlarmDossier> {
  const said = { person: person.id, text: deed.text ?? "" };
  return postJson<AlarmDossier>(`/api/v1/alarms/${alarm}/${deed.what}`, deed.what === "assign" ? { ...said, assignee: deed.assignee?.id ?? null } : said);
}

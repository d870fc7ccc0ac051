/** The live connection and the cache of views, joined: a frame of a topic replaces the answer of the same question. */

import { onlineManager, QueryClient, useQuery, type QueryKey, type UseQueryOptions, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { HubError } from "../api/fetch";
import { hubTimeIs } from "./clock";
import { LiveSocket, type Connection } from "./socket";

const RETRIES = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < RETRIES && !(error instanceof HubError && error.status < 500),
    },
  },
});

const scheme = location.protocol === "https:" ? "wss" : "ws";

export const live = new LiveSocket(`${scheme}://${location.host}/api/v1/live`, {
  data: (key, view) => queries.setQueryData(key, view),
  ping: hubTimeIs,
  // Questions wait while nobody answers, and are asked again when the hub is back.
  lost: () => onlineManager.setOnline(false),
  recovered: () => {
    onlineManager.setOnline(true);
    void queries.invalidateQueries();
  },
});

export function useConnection(): Connection {
  return useSyncExternalStore(live.watch, live.current);
}

/** The answer to a question, kept up to date by a live topic. */
export function useLive<T, K extends QueryKey>(topic: string, options: UseQueryOptions<T, Error, T, K>): UseQueryResult<T> {
  const key = options.queryKey;
  const id = JSON.stringify(key);
  useEffect(() => live.show(topic, JSON.parse(id) as QueryKey), [topic, id]);
  return useQuery(options);
}

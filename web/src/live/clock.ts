/** One ticking second for the whole page, in the hub's time: ages must not depend on a wrong clock of the viewer. */

import { useSyncExternalStore } from "react";

const TICK_MS = 1_000;
const MINUTE_MS = 60_000;
const watchers = new Set<() => void>();
let offsetMs = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

export function hubTimeIs(at: number): void {
  offsetMs = at - Date.now();
}

/** The hub's time at this moment, ms since 1970; for what a person does, not for what is drawn. */
export function hubNow(): number {
  return Date.now() + offsetMs;
}

/** The hub's time now, ms since 1970, to the second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

/** The hub's time at the start of this minute, ms since 1970: who shows nothing finer is not drawn every second. */
export function useMinute(): number {
  return useSyncExternalStore(watch, () => now - (now % MINUTE_MS));
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function tick(): void {
  now = Date.now() + offsetMs;
  for (const watcher of watchers) watcher();
}

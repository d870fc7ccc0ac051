/** Which time around an alarm its curve shows, and how finely. */

import type { Period } from "../../api/alarms";

const MINUTE_MS = 60_000;
const BEFORE_MS = 20 * MINUTE_MS;
const AFTER_MS = 5 * MINUTE_MS;
/** No longer than this: what matters is how it began. */
const LONGEST_MS = 6 * 60 * MINUTE_MS;
const MOST_POINTS = 400;
const BINS = [
  [10_000, "10s"],
  [30_000, "30s"],
  [MINUTE_MS, "1m"],
  [5 * MINUTE_MS, "5m"],
] as const;

/** From well before it was raised to shortly after it cleared, or to now; whole minutes. */
export function around(raised: string, cleared: string | null, now: number): Period {
  const start = Date.parse(raised) - BEFORE_MS;
  const wanted = cleared === null ? now : Math.min(now, Date.parse(cleared) + AFTER_MS);
  const end = Math.min(Math.max(wanted, Date.parse(raised) + MINUTE_MS), start + LONGEST_MS);
  return { from: minute(start), to: minute(end + MINUTE_MS) };
}

export function binFor({ from, to }: Period): string {
  const length = Date.parse(to) - Date.parse(from);
  return (BINS.find(([ms]) => length / ms <= MOST_POINTS) ?? BINS[BINS.length - 1] ?? [0, "5m"])[1];
}

function minute(at: number): string {
  return new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS).toISOString();
}

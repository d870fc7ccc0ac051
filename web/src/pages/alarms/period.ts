/** The instants that a range of the address means for a list over sites of several zones. */

import type { Period } from "../../api/alarms";
import type { RangeSearch } from "../../range/range";

const HOUR_MS = 3_600_000;
const LENGTHS = { live: HOUR_MS, shift: 8 * HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;

export function periodOf({ range, from, to }: RangeSearch, now: number): Period {
  if (range === "custom" && from !== undefined && to !== undefined) return { from, to };
  const length = LENGTHS[range === undefined || range === "custom" ? "live" : range];
  // An alarm that is raised while the list loads belongs to it.
  return { from: new Date(now - length).toISOString(), to: new Date(now + HOUR_MS).toISOString() };
}

/** As a `datetime-local` field writes it: the viewer's time to the minute. */
export function localInput(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

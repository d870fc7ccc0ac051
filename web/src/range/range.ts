/** The one time range of a page, kept in its address: live (the last hour, moving), the shift, the day, the week, or from … to. */

import { daysBefore } from "./zoned";

export type RangeKind = "live" | "shift" | "day" | "week" | "custom";

/** As the hub cuts a range: `GET /api/v1/oee?bin=…`. */
export type Bin = "1m" | "5m" | "15m" | "1h" | "shift" | "1d";

export interface RangeSearch {
  range?: Exclude<RangeKind, "live">;
  /** RFC 3339, only with `custom`. */
  from?: string;
  to?: string;
}

/** [start, end) in ms since 1970. */
export interface Span {
  start: number;
  end: number;
}

/** Which shift was meant: the one that runs, the last one that ended, or none is known and the last eight hours stand for it. */
export type ShiftWord = "running" | "ended" | "unknown";

export const KINDS: readonly RangeKind[] = ["live", "shift", "day", "week", "custom"];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WITHOUT_SHIFTS = 8 * HOUR;
const WEEK_DAYS = 7;
/** A line in a chart can be read with up to so many points; bars with up to so many. */
const MOST_POINTS = 300;
const MOST_BARS = 48;
const LENGTHS: readonly (readonly [bin: Bin, ms: number])[] = [
  ["1m", MINUTE],
  ["5m", 5 * MINUTE],
  ["15m", 15 * MINUTE],
  ["1h", HOUR],
];

/** What an address says, as far as it makes sense; anything else is `live`. */
export function validRange(search: Record<string, unknown>): RangeSearch {
  const { range, from, to } = search;
  if (typeof range !== "string" || range === "live" || !(KINDS as readonly string[]).includes(range)) return {};
  if (range !== "custom") return { range: range as "shift" | "day" | "week" };
  const start = instant(from);
  const end = instant(to);
  return start === undefined || end === undefined || start >= end ? {} : { range: "custom", from: start, to: end };
}

/** From when to when, at the whole minute `now`. `shifts` are the site's own, in any order; without them a shift is the last eight hours. */
export function spanOf(search: RangeSearch, now: number, zone: string, shifts: readonly Span[]): Span & { shift?: ShiftWord } {
  switch (search.range) {
    case "custom":
      return { start: Date.parse(search.from ?? ""), end: Date.parse(search.to ?? "") };
    case "shift":
      return shiftSpan(now, shifts);
    case "day":
      return { start: now - DAY, end: now };
    case "week":
      return { start: daysBefore(now, WEEK_DAYS - 1, zone), end: now };
    default:
      return { start: now - HOUR, end: now };
  }
}

/** The finest bin that gives a line of 60 to 300 points (of whole days: as many as there are). */
export function lineBin({ start, end }: Span): Bin {
  return finest(end - start, MOST_POINTS) ?? "1d";
}

/** The finest bin that leaves bars wide enough to be seen and hit. Long ranges go by shift where one site's shifts are known. */
export function barBin({ start, end }: Span, shifts: readonly Span[]): Bin {
  return finest(end - start, MOST_BARS) ?? (shifts.length > 0 && (end - start) * shifts.length <= MOST_BARS * reach(shifts) ? "shift" : "1d");
}

function finest(ms: number, most: number): Bin | undefined {
  return LENGTHS.find(([, length]) => ms <= length * most)?.[0];
}

function shiftSpan(now: number, shifts: readonly Span[]): Span & { shift: ShiftWord } {
  const begun = shifts.filter(({ start }) => start < now).sort((a, b) => b.start - a.start);
  const running = begun.find(({ end }) => now < end);
  if (running !== undefined) return { start: running.start, end: now, shift: "running" };
  const last = begun[0];
  return last === undefined ? { start: now - WITHOUT_SHIFTS, end: now, shift: "unknown" } : { ...last, shift: "ended" };
}

/** How long the known shifts reach from the first to the last, in ms. */
function reach(shifts: readonly Span[]): number {
  return Math.max(...shifts.map(({ end }) => end)) - Math.min(...shifts.map(({ start }) => start));
}

function instant(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;
}

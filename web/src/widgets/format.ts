/** Numbers and times as people of this locale write them; times in the site's zone. */

import type { Value } from "../api/types";
import { en } from "../texts/en";

const percents = new Intl.NumberFormat(undefined, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const wholePercents = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
const counts = new Intl.NumberFormat();
const NONE = "–";

export const percent = (ratio: number | null | undefined): string => (ratio == null ? NONE : percents.format(ratio));
export const wholePercent = (ratio: number | null | undefined): string => (ratio == null ? NONE : wholePercents.format(ratio));
/** The number alone, for places where the unit stands beside it. */
export const percentFigure = (ratio: number | null): string => (ratio === null ? NONE : fixed(ratio * 100, 1));
export const count = (n: number): string => counts.format(n);

const fixedFormats = new Map<number, Intl.NumberFormat>();

export function fixed(value: number, digits: number): string {
  let format = fixedFormats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    fixedFormats.set(digits, format);
  }
  return format.format(value);
}

/** Digits after the point so that about four figures show; `scale` is the largest number of the same row. */
export function digitsFor(scale: number): number {
  const size = Math.abs(scale);
  if (size >= 1_000) return 0;
  if (size >= 100) return 1;
  return size >= 1 ? 2 : 3;
}

export function tagValue(value: Value | null, scale: number): string {
  if (value === null) return NONE;
  if (typeof value === "boolean") return value ? en.on : en.off;
  return typeof value === "number" ? fixed(value, digitsFor(scale)) : value;
}

export const millis = (us: number): string => `${fixed(us / 1_000, us < 10_000 ? 1 : 0)} ms`;

export function seconds(s: number): string {
  if (s < 100) return `${fixed(s, s < 10 && !Number.isInteger(s) ? 1 : 0)} s`;
  return `${fixed(s / 60, s < 600 ? 1 : 0)} min`;
}

/** An amount of time for reckoning: "24.0 s", "11.4 min", "3.2 h" */
export function duration(us: number): string {
  const s = us / 1_000_000;
  if (s < 60) return `${fixed(s, 1)} s`;
  return s < 6_000 ? `${fixed(s / 60, 1)} min` : `${fixed(s / 3_600, 1)} h`;
}

/** "12 s", "4 min", "3 h", "2 d" */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < 120) return `${s} s`;
  if (s < 7_200) return `${Math.round(s / 60)} min`;
  return s < 172_800 ? `${Math.round(s / 3_600)} h` : `${Math.round(s / 86_400)} d`;
}

const zoned = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone ?? ""}|${JSON.stringify(options)}`;
  let format = zoned.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(undefined, { hourCycle: "h23", ...options, ...(zone === undefined ? {} : { timeZone: zone }) });
    zoned.set(key, format);
  }
  return format;
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const FULL: Intl.DateTimeFormatOptions = { ...CLOCK, year: "numeric", month: "short", day: "numeric", timeZoneName: "short" };

export const clock = (at: number, zone?: string): string => formatter(zone, CLOCK).format(at);
export const hourMinute = (at: number, zone?: string): string => formatter(zone, { hour: "2-digit", minute: "2-digit" }).format(at);
export const day = (at: number, zone?: string): string => formatter(zone, { year: "numeric", month: "short", day: "numeric" }).format(at);
/** "24 Nov" */
export const dayMonth = (at: number, zone?: string): string => formatter(zone, { month: "short", day: "numeric" }).format(at);
export const moment = (at: number, zone?: string): string => formatter(zone, FULL).format(at);
export const fineClock = (at: number, zone?: string): string => formatter(zone, { ...CLOCK, fractionalSecondDigits: 3 }).format(at);
export const zoneName = (at: number, zone?: string): string =>
  formatter(zone, { timeZoneName: "short" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")?.value ?? "";

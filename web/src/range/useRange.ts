/** The time range of the page as its address says it, worked out for a place. It moves on with every minute. */

import { useSearch } from "@tanstack/react-router";

import { useMinute } from "../live/clock";
import { rangeText } from "../texts/range";
import { dayMonth, hourMinute, zoneName } from "../widgets/format";
import { barBin, lineBin, spanOf, validRange, type Bin, type RangeKind, type ShiftWord, type Span } from "./range";
import { toWall } from "./zoned";

export interface Range {
  kind: RangeKind;
  /** RFC 3339, whole minutes; `from` inclusive, `to` exclusive. */
  from: string;
  to: string;
  start: number;
  end: number;
  /** For a line of 60 to 300 points. */
  bin: Bin;
  /** For at most 48 bars. */
  barBin: Bin;
  /** The last hour, which the live connection may keep as well. */
  live: boolean;
  /** False while the shifts are still asked for. */
  ready: boolean;
  zone: string;
  /** To end a title with: "last hour". */
  words: string;
  /** "24 Nov 06:00 – 14:00 CET" */
  clock: string;
}

/**
 * `zone`: that of the site; UTC where several zones come together. `shifts`: those of the one site around now; null while they are asked
 * for; left out where there is no such thing as *the* shift.
 */
export function useRange(zone: string, shifts?: readonly Span[] | null): Range {
  const search = validRange(useSearch({ strict: false }) as Record<string, unknown>);
  const now = useMinute();
  const known = shifts ?? [];
  const span = spanOf(search, now, zone, known);
  const kind = search.range ?? "live";
  const clock = clockWords(span, zone);
  return {
    kind,
    from: new Date(span.start).toISOString(),
    to: new Date(span.end).toISOString(),
    start: span.start,
    end: span.end,
    bin: lineBin(span),
    barBin: barBin(span, known),
    live: kind === "live",
    ready: shifts !== null,
    zone,
    words: wordsOf(kind, span.shift, clock),
    clock,
  };
}

function wordsOf(kind: RangeKind, shift: ShiftWord | undefined, clock: string): string {
  if (kind === "custom") return clock;
  return kind === "shift" ? rangeText.shiftWords[shift ?? "unknown"] : rangeText.words[kind];
}

function clockWords({ start, end }: Span, zone: string): string {
  const sameDay = toWall(start, zone).slice(0, 10) === toWall(end, zone).slice(0, 10);
  const until = sameDay ? hourMinute(end, zone) : `${dayMonth(end, zone)} ${hourMinute(end, zone)}`;
  return `${dayMonth(start, zone)} ${hourMinute(start, zone)} – ${until} ${zoneName(end, zone)}`;
}

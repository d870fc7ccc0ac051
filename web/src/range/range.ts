/** The one time range of a page, kept in its address: live (the last hour, moving), the shift, the day, the week, or from … to. */

export type RangeKind = "live" | "shift" | "day" | "week" | "custom";

export interface RangeSearch {
  range?: Exclude<RangeKind, "live">;
  /** RFC 3339, only with `custom`. */
  from?: string;
  to?: string;
}

const KINDS: readonly string[] = ["shift", "day", "week", "custom"];

/** What an address says, as far as it makes sense; anything else is `live`. */
export function validRange(search: Record<string, unknown>): RangeSearch {
  const { range, from, to } = search;
  if (typeof range !== "string" || !KINDS.includes(range)) return {};
  if (range !== "custom") return { range: range as "shift" | "day" | "week" };
  const start = instant(from);
  const end = instant(to);
  return start === undefined || end === undefined || start >= end ? {} : { range: "custom", from: start, to: end };
}

function instant(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;
}

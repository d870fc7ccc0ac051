/** What the address of a factory page says beside its place: the time, and which curves are switched off. */

import { validRange, type RangeSearch } from "../../range/range";

export const SERIES = ["oee", "availability", "performance", "quality"] as const;
export type Series = (typeof SERIES)[number];

export interface FactorySearch extends RangeSearch {
  /** Curves that are off, as in `off=performance,quality`. */
  off?: string;
}

export function factorySearch(search: Record<string, unknown>): FactorySearch {
  const off = typeof search.off === "string" ? spell(seriesOff(search.off)) : undefined;
  return { ...validRange(search), ...(off === undefined ? {} : { off }) };
}

export function seriesOff(off: string | undefined): ReadonlySet<Series> {
  const named = (off ?? "").split(",");
  return new Set(SERIES.filter((series) => named.includes(series)));
}

/** How the address says it; nothing when all are on. */
export function spell(off: ReadonlySet<Series>): string | undefined {
  return off.size === 0 ? undefined : SERIES.filter((series) => off.has(series)).join(",");
}

/** What the address of a factory page says beside its place: the time, which curves are switched off, and how lines are ordered. */

import { validRange, type RangeSearch } from "../../range/range";
import { SORTS, type Sort } from "./order";

export const SERIES = ["oee", "availability", "performance", "quality"] as const;
export type Series = (typeof SERIES)[number];

export interface FactorySearch extends RangeSearch {
  /** Curves that are off, as in `off=performance,quality`. */
  off?: string;
  /** Without it lines stand as in the plant. */
  sort?: Sort;
}

export function factorySearch(search: Record<string, unknown>): FactorySearch {
  const off = typeof search.off === "string" ? spell(seriesOff(search.off)) : undefined;
  const sort = SORTS.find((known) => known === search.sort);
  return { ...validRange(search), ...(off === undefined ? {} : { off }), ...(sort === undefined ? {} : { sort }) };
}

export function seriesOff(off: string | undefined): ReadonlySet<Series> {
  const named = (off ?? "").split(",");
  return new Set(SERIES.filter((series) => named.includes(series)));
}

/** How the address says it; nothing when all are on. */
export function spell(off: ReadonlySet<Series>): string | undefined {
  return off.size === 0 ? undefined : SERIES.filter((series) => off.has(series)).join(",");
}

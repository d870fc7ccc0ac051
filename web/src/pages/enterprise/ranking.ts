/** Sites in the order in which they need people. Pure. */

import type { SiteSummary } from "../../api/types";
import { oeeState } from "../../widgets/state";

/** Lowest OEE first; those that cannot be judged for want of data last. */
export function worstFirst(sites: readonly SiteSummary[]): SiteSummary[] {
  return [...sites].sort((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name));
}

function rankOf(site: SiteSummary): number {
  const { ratios } = site.oee;
  return oeeState(ratios) === "nodata" ? 2 : (ratios.oee ?? 2);
}

/** The site to look at first; null when none can be judged. */
export function worstOf(sites: readonly SiteSummary[]): SiteSummary | null {
  const first = worstFirst(sites)[0];
  return first === undefined || oeeState(first.oee.ratios) === "nodata" ? null : first;
}

/** In which order lines stand: as in the plant, or the one that needs somebody first. Pure. */

import type { LineOees, OeeView, ScopeLine } from "../../api/types";
import { shownOee } from "../../widgets/state";

export const SORTS = ["oee", "rejected"] as const;
/** Left out: the order of the plant. */
export type Sort = (typeof SORTS)[number];

export interface Compared {
  line: ScopeLine;
  /** Over the chosen time; undefined while it is asked for. */
  over: OeeView | undefined;
}

export function compared(lines: readonly ScopeLine[], found: LineOees | undefined, sort: Sort | undefined): Compared[] {
  const views = new Map(found?.lines.map(({ site, line, oee }) => [`${site}/${line}`, oee]));
  const rows = lines.map((line) => ({ line, over: views.get(`${line.summary.site}/${line.summary.line}`) }));
  if (sort === undefined || found === undefined) return rows;
  return rows.sort((a, b) => (sort === "oee" ? low(a.over) - low(b.over) : many(b.over) - many(a.over)));
}

/** What is not known stands last. */
function low(view: OeeView | undefined): number {
  return (view === undefined ? null : shownOee(view.ratios)) ?? Number.MAX_VALUE;
}

function many(view: OeeView | undefined): number {
  return view === undefined ? -1 : view.components.sq + view.components.rq;
}

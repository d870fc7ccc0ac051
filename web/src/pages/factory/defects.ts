/** Defects as a Pareto sees them. Pure. */

import type { DefectSeries, ScopeView } from "../../api/types";

export interface DefectRow {
  label: string;
  name: string;
  /** Rejected products that show it. */
  products: number;
  /** Of all findings here. */
  share: number;
  /** Of all findings: this one and the more frequent ones. */
  cumulated: number;
  /** Of judged products; null when none was judged. */
  ofJudged: number | null;
}

export interface DefectName {
  label: string;
  name: string;
}

/** What was found, the most frequent first; the same count by name, so that the order is steady. */
export function pareto(series: DefectSeries, names: readonly DefectName[]): DefectRow[] {
  const found = namesOf(series, names).map(({ label, name }) => ({ label, name, products: series.totals[label] ?? 0 }));
  const all = found.reduce((sum, { products }) => sum + products, 0);
  let sum = 0;
  return found
    .filter(({ products }) => products > 0)
    .sort((a, b) => b.products - a.products || a.name.localeCompare(b.name))
    .map((row) => {
      sum += row.products;
      return { ...row, share: row.products / all, cumulated: sum / all, ofJudged: series.judged > 0 ? row.products / series.judged : null };
    });
}

/** The plant's defect types in its own order, then what was found beside them: a label that a model says and no process names. */
export function namesOf(series: DefectSeries | undefined, names: readonly DefectName[]): DefectName[] {
  const known = new Set(names.map(({ label }) => label));
  const others = Object.keys(series?.totals ?? {}).filter((label) => !known.has(label));
  return [...names, ...others.sort().map((label) => ({ label, name: label }))];
}

/** The cameras of the plant, then others that are in the data. */
export function camerasOf(series: DefectSeries, cameras: ScopeView["cameras"]): ScopeView["cameras"] {
  const known = new Set(cameras.map(({ id }) => id));
  const others = new Set(series.cells.map(({ camera }) => camera).filter((camera) => !known.has(camera)));
  return [...cameras, ...[...others].sort().map((id) => ({ id, name: id }))];
}

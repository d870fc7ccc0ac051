/** The filters of the gallery, as its address holds them and as the hub is asked. Pure. */

import { validRange, type RangeSearch } from "../../range/range";

export interface InspectionsSearch extends RangeSearch {
  /** `region:<id>`, `country:<id>`, `site:<id>` or `line:<site>/<line>`; without it everything. */
  scope?: string;
  verdict?: "pass" | "reject";
  outcome?: "judged" | "explained";
  /** A defect's label, or why a product was not judged. */
  label?: string;
  camera?: string;
  /** 0 to 1; one box fulfils label, camera and score. */
  min_score?: number;
  /** Two products as `<site>/<product>`, with a comma between them. */
  compare?: string;
}

const HOUR = 3_600_000;
const LENGTHS = { shift: 8 * HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const;

export function validInspections(search: Record<string, unknown>): InspectionsSearch {
  const bare = search.range === undefined && search.from !== undefined && search.to !== undefined;
  return {
    ...texts(search, ["scope", "label", "camera", "compare"]),
    ...fate(search),
    ...share(search.min_score),
    ...validRange(bare ? { ...search, range: "custom" } : search),
  };
}

/** What the hub is asked; `asOf` (ms since 1970) is the end of a range that moves. */
export function toQuestion(search: InspectionsSearch, asOf: number): Record<string, string | number | undefined> {
  const { scope, verdict, outcome, label, camera, min_score } = search;
  return { scope, verdict, outcome, label, camera, min_score, ...period(search, asOf) };
}

/** Whether anything is left out of the gallery. */
export function isFiltered({ compare: _, ...filters }: InspectionsSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

function period({ range, from, to }: InspectionsSearch, asOf: number): { from?: string | undefined; to?: string | undefined } {
  if (range === undefined) return {};
  return range === "custom" ? { from, to } : { from: new Date(asOf - LENGTHS[range]).toISOString() };
}

function texts<K extends string>(search: Record<string, unknown>, keys: readonly K[]): { [key in K]?: string } {
  const found: { [key in K]?: string } = {};
  for (const key of keys) {
    const value = search[key];
    // The router reads a number where a text looks like one: an id may be "7".
    if ((typeof value === "string" && value !== "") || typeof value === "number") found[key] = String(value);
  }
  return found;
}

function fate({ verdict, outcome }: Record<string, unknown>): Pick<InspectionsSearch, "verdict" | "outcome"> {
  return {
    ...(verdict === "pass" || verdict === "reject" ? { verdict } : {}),
    ...(outcome === "judged" || outcome === "explained" ? { outcome } : {}),
  };
}

function share(value: unknown): { min_score?: number } {
  return typeof value === "number" && value > 0 && value <= 1 ? { min_score: value } : {};
}

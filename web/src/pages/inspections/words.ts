/** What a person types into the filter, understood word by word while it is typed. Pure. */

import type { InspectionsSearch } from "./search";

export interface Entry {
  name: string;
  filter: Partial<InspectionsSearch>;
}

export interface Understood {
  filter: Partial<InspectionsSearch>;
  /** What is shown, as a person calls it. */
  names: string[];
  /** The first word that means nothing here. */
  unknown: string | null;
}

/** ">80", "≥ 80 %", "0.8" */
const SCORE = /^[>≥]?=?(\d+(?:[.,]\d+)?)%?$/;

/** The longest run of words that begins the name of an entry, or a word in it, is that entry; earlier entries first. */
export function understood(text: string, entries: readonly Entry[]): Understood {
  const words = text.toLocaleLowerCase().replace(/([>≥])\s+/g, "$1").split(/[\s,]+/).filter((word) => word !== "" && word !== "%");
  const result: Understood = { filter: {}, names: [], unknown: null };
  for (let n = 0; n < words.length; ) {
    const [entry, length] = entryAt(words, n, entries);
    if (entry === null) result.unknown ??= words[n] ?? null;
    else {
      Object.assign(result.filter, entry.filter);
      result.names.push(entry.name);
    }
    n += length;
  }
  return result;
}

function entryAt(words: readonly string[], from: number, entries: readonly Entry[]): [Entry | null, number] {
  for (let length = words.length - from; length > 0; length--) {
    const run = words.slice(from, from + length).join(" ");
    const found = entries.find(({ name }) => name.toLocaleLowerCase().startsWith(run)) ?? entries.find(({ name }) => name.toLocaleLowerCase().includes(` ${run}`));
    if (found !== undefined) return [found, length];
  }
  return [scoreOf(words[from] ?? ""), 1];
}

function scoreOf(word: string): Entry | null {
  const number = Number(SCORE.exec(word)?.[1]?.replace(",", ".") ?? NaN);
  const share = number > 1 ? number / 100 : number;
  return share > 0 && share <= 1 ? { name: `≥ ${Math.round(share * 100)} %`, filter: { min_score: share } } : null;
}

/** Who sits here: self-declared, remembered by this browser. Whoever acts is asked once. */

import { useSyncExternalStore } from "react";

import type { PersonView } from "../api/types";

const KEY = "lineside.person";
const watchers = new Set<() => void>();
let person: PersonView | null = remembered();
let ask: (() => Promise<PersonView | null>) | null = null;

export function usePerson(): PersonView | null {
  return useSyncExternalStore(watch, () => person);
}

export function choosePerson(chosen: PersonView | null): void {
  person = chosen;
  if (chosen === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(chosen));
  for (const watcher of watchers) watcher();
}

/** The person of this browser; asks when there is none. null: the question was dismissed, and nothing is to be done. */
export async function thePerson(): Promise<PersonView | null> {
  return person ?? (await ask?.()) ?? null;
}

/** The dialog that asks, while it is mounted. */
export function answerWith(dialog: () => Promise<PersonView | null>): () => void {
  ask = dialog;
  return () => {
    if (ask === dialog) ask = null;
  };
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function remembered(): PersonView | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return kept !== null && typeof kept === "object" && "id" in kept && "name" in kept ? (kept as PersonView) : null;
  } catch {
    return null;
  }
}

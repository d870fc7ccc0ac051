/** Short messages about what was done, for `frame/Toasts.tsx` to show. */

import { useSyncExternalStore } from "react";

import type { State } from "./state";

export interface Toast {
  id: number;
  state: State;
  text: string;
}

const MOST = 4;
let toasts: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();

export function tell(state: State, text: string): void {
  last += 1;
  change([...toasts, { id: last, state, text }].slice(-MOST));
}

export function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(watch, () => toasts);
}

function change(now: readonly Toast[]): void {
  toasts = now;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

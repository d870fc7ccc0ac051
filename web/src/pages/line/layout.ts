/** Steps laid out like a snake: to the right, down, to the left, down. So that a long line fits without small text. Pure. */

import type { EdgeView } from "../../api/types";

export const GAP_X = 56;
export const GAP_Y = 44;
const CARD_MIN = 208;

export interface Cell {
  id: string;
  column: number;
  row: number;
}

export interface Grid {
  columns: number;
  rows: number;
  cardWidth: number;
  cells: Cell[];
}

export function snake(steps: readonly string[], edges: readonly EdgeView[], width: number): Grid {
  const ordered = inFlowOrder(steps, edges);
  const fitting = Math.max(1, Math.min(ordered.length, Math.floor((width + GAP_X) / (CARD_MIN + GAP_X))));
  const rows = Math.max(1, Math.ceil(ordered.length / fitting));
  const columns = Math.max(1, Math.ceil(ordered.length / rows));
  const cells = ordered.map((id, n) => {
    const row = Math.floor(n / columns);
    const along = n % columns;
    return { id, row, column: row % 2 === 0 ? along : columns - 1 - along };
  });
  return { columns, rows, cardWidth: Math.floor((width - GAP_X * (columns - 1)) / columns), cells };
}

/** By the longest way from a start; steps at the same depth keep their order in the plant. */
function inFlowOrder(steps: readonly string[], edges: readonly EdgeView[]): string[] {
  const depths = new Map<string, number>();
  const depth = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0);
    const before = edges.filter(({ target }) => target === id).map(({ source }) => depth(source) + 1);
    const found = Math.max(0, ...before);
    depths.set(id, found);
    return found;
  };
  return [...steps].sort((a, b) => depth(a) - depth(b) || steps.indexOf(a) - steps.indexOf(b));
}

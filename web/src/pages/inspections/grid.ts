/** Which rows of a long grid are drawn. Pure. */

export const GAP = 12;
export const CARD_HEIGHT = 232;
export const ROW = CARD_HEIGHT + GAP;
const CARD_MIN = 196;
/** Rows that are drawn above and below the screen, so that a quick hand finds them there. */
const SPARE = 3;

export function columnsIn(width: number): number {
  return Math.max(1, Math.floor((width + GAP) / (CARD_MIN + GAP)));
}

/** [first, last) rows to draw; `top` is how far the grid's upper edge lies above that of the screen, in px. */
export function rowsInSight(top: number, screen: number, rows: number): [first: number, last: number] {
  const first = Math.min(rows, Math.max(0, Math.floor(top / ROW) - SPARE));
  const last = Math.min(rows, Math.ceil((top + screen) / ROW) + SPARE);
  return [first, Math.max(first, last)];
}

/** Where a key moves to from `at` in a grid of `total`; null when it moves nothing. */
export function movedBy(key: string, at: number, columns: number, total: number): number | null {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const step = steps[key];
  if (step === undefined) return null;
  const to = at + step;
  return to < 0 || to >= total ? at : to;
}

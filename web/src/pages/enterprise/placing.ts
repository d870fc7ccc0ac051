/** Where the gauges stand: at their site, or a little beside it when two would cover each other. Pure. */

export interface Placed {
  x: number;
  y: number;
  /** The site itself. */
  siteX: number;
  siteY: number;
}

const ROUNDS = 40;

/** `spots` in px; no two results closer than `width` × `height`; all inside [0, right] × [0, bottom] with half of that as margin. */
export function placeApart(spots: readonly (readonly [number, number])[], width: number, height: number, right: number, bottom: number): Placed[] {
  const placed = spots.map(([x, y]) => ({ x, y, siteX: x, siteY: y }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [n, a] of placed.entries()) for (const b of placed.slice(n + 1)) pushApart(a, b, width, height);
    for (const spot of placed) {
      spot.x = clamp(spot.x, width / 2, right - width / 2);
      spot.y = clamp(spot.y, height / 2, bottom - height / 2);
    }
  }
  return placed;
}

function pushApart(a: Placed, b: Placed, width: number, height: number): void {
  const overlapX = width - Math.abs(a.x - b.x);
  const overlapY = height - Math.abs(a.y - b.y);
  if (overlapX <= 0 || overlapY <= 0) return;
  if (overlapX < overlapY) {
    const step = (a.x <= b.x ? -1 : 1) * (overlapX / 2);
    a.x += step;
    b.x -= step;
  } else {
    const step = (a.y <= b.y ? -1 : 1) * (overlapY / 2);
    a.y += step;
    b.y -= step;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

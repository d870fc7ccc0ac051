/** One window onto all views: the same part of every picture. Shares of the picture, 0…1. Pure. */

export interface Zoom {
  /** Middle of the window. */
  x: number;
  y: number;
  /** 1 shows the whole picture. */
  scale: number;
}

export const WHOLE: Zoom = { x: 0.5, y: 0.5, scale: 1 };
const MAX = 8;
const STEP = 1.5;

export const zoomIn = (zoom: Zoom): Zoom => inside({ ...zoom, scale: Math.min(MAX, zoom.scale * STEP) });
export const zoomOut = (zoom: Zoom): Zoom => inside({ ...zoom, scale: Math.max(1, zoom.scale / STEP) });
export const zoomAt = (zoom: Zoom, x: number, y: number): Zoom => inside({ x, y, scale: Math.min(MAX, zoom.scale * STEP * STEP) });
/** Moved by shares of the window. */
export const moved = (zoom: Zoom, dx: number, dy: number): Zoom => inside({ ...zoom, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale });

export interface Window {
  left: number;
  top: number;
  size: number;
}

export function windowOf({ x, y, scale }: Zoom): Window {
  const size = 1 / scale;
  return { left: x - size / 2, top: y - size / 2, size };
}

function inside(zoom: Zoom): Zoom {
  const half = 0.5 / zoom.scale;
  const clamp = (at: number): number => Math.min(1 - half, Math.max(half, at));
  return { ...zoom, x: clamp(zoom.x), y: clamp(zoom.y) };
}

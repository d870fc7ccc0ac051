/** The land as one SVG path each country, on a plane of 1000 units width. */

import land from "./land.json";
import { ASPECT, project } from "./projection";

export const WIDTH = 1000;
export const HEIGHT = WIDTH / ASPECT;

/** Made once when the map's page loads. */
export const countries: { name: string; d: string }[] = land.map(({ name, rings }) => ({ name, d: rings.map(ringPath).join("") }));

function ringPath(ring: number[][]): string {
  const east = ring.some(([lon]) => (lon ?? 0) > -169);
  const points = ring.map(([lon = 0, lat = 0]) => {
    // The eastern tip of Asia lies beyond 180°: a ring stays on one side as a whole.
    const [x, y] = project(east && lon < -169 ? -169 : lon, Math.min(lat, 84));
    return `${(x * WIDTH).toFixed(1)} ${(y * HEIGHT).toFixed(1)}`;
  });
  return `M${points.join("L")}Z`;
}

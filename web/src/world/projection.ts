/** Miller's projection, cut to where people live and work. x and y are shares of the map's width and height. */

const WEST = -169;
const EAST = 191;
const NORTH = 79;
const SOUTH = -56;

const bottom = miller(SOUTH);
const top = miller(NORTH);

/** Width over height of the drawn map. */
export const ASPECT = ((EAST - WEST) * (Math.PI / 180)) / (top - bottom);

export function project(lon: number, lat: number): [x: number, y: number] {
  const east = lon < WEST ? lon + 360 : lon;
  return [(east - WEST) / (EAST - WEST), (top - miller(lat)) / (top - bottom)];
}

function miller(lat: number): number {
  return 1.25 * Math.asinh(Math.tan(0.8 * ((lat * Math.PI) / 180)));
}

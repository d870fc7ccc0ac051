// An equirectangular plane whose unit is the degree: projecting onto it leaves longitude and latitude as they are,
// but cuts polygons that cross 180°, which would otherwise draw streaks across the map.
import { geoEquirectangular as equirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";

export { geoProject };

export function geoEquirectangular() {
  return equirectangular()
    .scale(180 / Math.PI)
    .translate([0, 0])
    .precision(0);
}

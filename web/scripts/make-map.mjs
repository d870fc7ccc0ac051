// Makes src/world/land.json from Natural Earth 110m (public domain): countries cut once at 180°, without Antarctica,
// coordinates rounded to two decimals. Run `npm run map`; the result is committed, so that no build and no plant needs it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoStitch } from "d3-geo-projection";
import { geoEquirectangular, geoProject } from "./cut.mjs";
import { feature } from "topojson-client";

const require = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-110m.json"), "utf8"));
const ANTARCTICA = "010";

const countries = feature(atlas, atlas.objects.countries).features.filter((country) => country.id !== ANTARCTICA);
const plane = geoEquirectangular();
const land = countries.map((country) => ({ name: country.properties.name, rings: rings(geoProject(geoStitch(country), plane)) }));
const out = new URL("../src/world/land.json", import.meta.url);
writeFileSync(out, `${JSON.stringify(land)}\n`);
console.log(`${land.length} countries, ${Math.round(readFileSync(out).length / 1024)} kB`);

function rings(shape) {
  const { type, coordinates } = shape.geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return polygons.flat().map((ring) => ring.map(([x, y]) => [round(x), round(-y)]));
}

function round(degrees) {
  return Math.round(degrees * 100) / 100 + 0;
}

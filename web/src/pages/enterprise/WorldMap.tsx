/** The world with one gauge a site. Land is drawn once; gauges are links that keep their size on every screen. */

import { memo, useMemo, type ReactNode } from "react";

import type { SiteSummary } from "../../api/types";
import { en } from "../../texts/en";
import { Gauge } from "../../widgets/Gauge";
import { SiteLink } from "../../widgets/SiteLink";
import { oeeState, oeeWord } from "../../widgets/state";
import { StateMark } from "../../widgets/StateMark";
import { drawn, useWidth } from "../../widgets/useWidth";
import { countries, HEIGHT, WIDTH } from "../../world/land";
import { ASPECT, project } from "../../world/projection";
import { placeApart, type Placed } from "./placing";
import css from "./WorldMap.module.css";

const GAUGE = 68;
const WORST_GAUGE = 84;
/** Room of a gauge with its name and word, and how far its middle lies under the gauge's. */
const SPOT = { width: 98, height: 122, down: 19 };

interface Props {
  sites: readonly SiteSummary[];
  worst: string | null;
  /** Only sites of this region stand out; null: all do. */
  region: string | null;
}

export function WorldMap({ sites, worst, region }: Props): ReactNode {
  const [ref, width] = useWidth<HTMLDivElement>();
  const height = width / ASPECT;
  const places = sites.map((site) => `${site.lon},${site.lat}`).join(";");
  const spots = useMemo(() => {
    const points = places === "" ? [] : places.split(";").map((pair) => pair.split(",").map(Number));
    const middles = points.map(([lon = 0, lat = 0]) => project(lon, lat)).map(([x, y]) => [x * width, y * height + SPOT.down] as const);
    return placeApart(middles, SPOT.width, SPOT.height, width, height);
  }, [places, width, height]);
  return (
    <div className={`${css.map} drawn`} ref={ref} style={{ aspectRatio: String(ASPECT), ...drawn(width) }}>
      <Land />
      {width === 0 ? null : <Leaders spots={spots} />}
      {width === 0 ? null : sites.map((site, n) => (
        <SiteGauge key={site.id} site={site} spot={spots[n]} worst={site.id === worst} dimmed={region !== null && site.region !== region} />
      ))}
    </div>
  );
}

const Land = memo(function Land(): ReactNode {
  return (
    <svg className={css.land} viewBox={`0 0 ${WIDTH} ${HEIGHT.toFixed(0)}`} aria-hidden="true">
      {countries.map(({ name, d }) => (
        <path key={name} d={d} />
      ))}
    </svg>
  );
});

/** Lines from gauges that had to move aside to their site. */
function Leaders({ spots }: { spots: readonly Placed[] }): ReactNode {
  const moved = spots.filter(({ x, y, siteX, siteY }) => Math.hypot(x - siteX, y - siteY) > GAUGE / 4);
  return (
    <svg className={css.leaders} aria-hidden="true">
      {moved.map(({ x, y, siteX, siteY }) => (
        <g key={`${siteX},${siteY}`}>
          <path d={`M${x} ${y - SPOT.down}L${siteX} ${siteY - SPOT.down}`} />
          <circle cx={siteX} cy={siteY - SPOT.down} r="3" />
        </g>
      ))}
    </svg>
  );
}

interface GaugeProps {
  site: SiteSummary;
  spot: Placed | undefined;
  worst: boolean;
  dimmed: boolean;
}

function SiteGauge({ site, spot, worst, dimmed }: GaugeProps): ReactNode {
  const { ratios } = site.oee;
  const state = oeeState(ratios);
  const word = oeeWord(site.oee);
  const size = worst ? WORST_GAUGE : GAUGE;
  return (
    <SiteLink site={site} className={css.site} style={{ left: spot?.x ?? 0, top: (spot?.y ?? 0) - SPOT.down - size / 2 }}>
      <span className="visually-hidden">{`${site.name}: ${en.oee}`}</span>
      <span className={css.pin} data-state={state} data-worst={worst} data-dimmed={dimmed}>
        <Gauge ratios={ratios} size={size} />
        <span className={css.name}>
          <StateMark state={state} size={13} />
          {site.name}
        </span>
        {worst ? <span className={css.worst}>{`${en.enterprise.worst} · ${word}`}</span> : <span className={css.word}>{word}</span>}
      </span>
    </SiteLink>
  );
}

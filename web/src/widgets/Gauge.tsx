/** OEE as an arc of 270°, with its targets as ticks. The number stands inside; state is colour, shape and word. */

import type { ReactNode } from "react";

import type { Ratios } from "../api/types";
import { wholePercent } from "./format";
import css from "./Gauge.module.css";
import { OEE_GOOD, OEE_WATCH, oeeState, shownOee } from "./state";

const SWEEP = 270;
const RADIUS = 40;

export function Gauge({ ratios, size }: { ratios: Ratios; size: number }): ReactNode {
  const value = shownOee(ratios);
  const state = oeeState(ratios);
  return (
    <span className={css.gauge} data-state={state} style={{ width: size, height: size }}>
      <svg viewBox="0 0 100 100" width={size} height={size} aria-hidden="true">
        <circle className={css.disc} cx="50" cy="50" r="49" />
        <path className={css.track} d={arc(0, 1)} data-dashed={value === null} />
        {value === null ? null : <path className={css.value} d={arc(0, Math.min(1, Math.max(0.004, value)))} />}
        {[OEE_WATCH, OEE_GOOD].map((target) => (
          <path key={target} className={css.tick} d={tick(target)} />
        ))}
      </svg>
      <span className={css.figure} style={{ fontSize: Math.max(13, size * 0.25) }}>
        {wholePercent(value)}
      </span>
    </span>
  );
}

function point(ratio: number, radius: number): [number, number] {
  const angle = ((ratio * SWEEP - SWEEP / 2 - 90) * Math.PI) / 180;
  return [50 + radius * Math.cos(angle), 50 + radius * Math.sin(angle)];
}

function arc(from: number, to: number): string {
  const [x1, y1] = point(from, RADIUS);
  const [x2, y2] = point(to, RADIUS);
  const large = (to - from) * SWEEP > 180 ? 1 : 0;
  return `M${x1.toFixed(2)} ${y1.toFixed(2)}A${RADIUS} ${RADIUS} 0 ${large} 1 ${x2.toFixed(2)} ${y2.toFixed(2)}`;
}

function tick(ratio: number): string {
  const [x1, y1] = point(ratio, RADIUS - 5);
  const [x2, y2] = point(ratio, RADIUS + 5);
  return `M${x1.toFixed(2)} ${y1.toFixed(2)}L${x2.toFixed(2)} ${y2.toFixed(2)}`;
}

/** Where a value stands: its normal range as a band, the designed maximum as a wall, the value as a mark in the colour of its state. */

import type { ReactNode } from "react";

import { en } from "../texts/en";
import { fixed, digitsFor } from "./format";
import css from "./RangeBar.module.css";
import type { State } from "./state";

export interface Limits {
  normal_low: number | null;
  normal_high: number | null;
  design_max: number | null;
}

const MARGIN = 0.35;

export function RangeBar({ value, limits, state }: { value: number | null; limits: Limits; state: State }): ReactNode {
  const scale = scaleOf(limits);
  if (scale === null) return <span className={css.bar} aria-hidden="true" />;
  const share = (at: number): number => Math.min(1, Math.max(0, (at - scale.from) / (scale.to - scale.from))) * 100;
  const low = limits.normal_low === null ? 0 : share(limits.normal_low);
  const high = limits.normal_high === null ? 100 : share(limits.normal_high);
  return (
    <span className={css.bar} data-state={state} aria-hidden="true">
      <span className={css.normal} style={{ left: `${low}%`, width: `${high - low}%` }} />
      {limits.design_max === null ? null : <span className={css.max} style={{ left: `${share(limits.design_max)}%` }} />}
      {value === null ? null : (
        // Moved by a transform: a value that changes must not count as a page that jumps.
        <span className={css.rail} style={{ transform: `translateX(${share(value)}%)` }}>
          <span className={css.mark} />
        </span>
      )}
    </span>
  );
}

/** "4.40 to 5.60" */
export function rangeText({ normal_low: low, normal_high: high }: Limits, scale: number): string {
  const digits = digitsFor(scale);
  if (low !== null && high !== null) return en.range.between(fixed(low, digits), fixed(high, digits));
  if (low !== null) return en.range.atLeast(fixed(low, digits));
  return high === null ? en.range.any : en.range.atMost(fixed(high, digits));
}

/** The largest number of a row: it decides how many digits all of them show. */
export function scaleNumber(limits: Limits, value: unknown): number {
  const numbers = [limits.design_max, limits.normal_high, limits.normal_low, value].filter((n) => typeof n === "number");
  return Math.max(0, ...numbers.map(Math.abs));
}

export function scaleOf({ normal_low: low, normal_high: high, design_max: max }: Limits): { from: number; to: number } | null {
  const bottom = low ?? (high === null && max === null ? null : 0);
  const top = high ?? max ?? (low === null ? null : low * 2);
  if (bottom === null || top === null || top <= bottom) return null;
  const margin = (top - bottom) * MARGIN;
  // A far designed maximum is left outside: the normal range must stay readable.
  const wall = max !== null && max <= top + 2 * (top - bottom) ? max + margin / 3 : top + margin;
  return { from: low === null ? bottom : bottom - margin, to: Math.max(top + margin, wall) };
}

/** A trend without axes, beside a number that has them. Gaps stay gaps. */

import { memo, type ReactNode } from "react";

import css from "./Sparkline.module.css";

export type SparkPoint = readonly [at: number, value: number | null];

interface Props {
  points: readonly SparkPoint[];
  width: number;
  height: number;
  /** Values at the bottom and the top edge. */
  range: readonly [number, number];
  /** Horizontal lines of reference. */
  marks?: readonly number[];
  /** A band of values that are normal. */
  band?: readonly [number, number] | undefined;
  label: string;
}

const INSET = 2;

export const Sparkline = memo(function Sparkline({ points, width, height, range, marks = [], band, label }: Props): ReactNode {
  const first = points[0]?.[0] ?? 0;
  const last = points[points.length - 1]?.[0] ?? first;
  const x = (at: number): number => (last === first ? width - INSET : INSET + ((at - first) / (last - first)) * (width - 2 * INSET));
  const y = (value: number): number => {
    const share = (value - range[0]) / (range[1] - range[0] || 1);
    return height - INSET - Math.min(1, Math.max(0, share)) * (height - 2 * INSET);
  };
  const end = lastKnown(points);
  return (
    <svg className={css.spark} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {band === undefined ? null : <rect className={css.band} x={0} width={width} y={y(band[1])} height={Math.max(1, y(band[0]) - y(band[1]))} />}
      {marks.map((mark) => (
        <path key={mark} className={css.mark} d={`M0 ${y(mark)}H${width}`} />
      ))}
      <path className={css.line} d={path(points, x, y)} />
      {end === null ? null : <circle className={css.end} cx={x(end[0])} cy={y(end[1])} r="2" />}
    </svg>
  );
});

function path(points: readonly SparkPoint[], x: (at: number) => number, y: (value: number) => number): string {
  let down = false;
  let d = "";
  for (const [at, value] of points) {
    if (value !== null) d += `${down ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    down = value !== null;
  }
  return d;
}

function lastKnown(points: readonly SparkPoint[]): [number, number] | null {
  const last = points[points.length - 1];
  return last === undefined || last[1] === null ? null : [last[0], last[1]];
}

import type { ReactNode } from "react";

import type { TrendPoint } from "../api/types";
import { en } from "../texts/en";
import { Sparkline, type SparkPoint } from "./Sparkline";
import { COVERAGE_GREY, OEE_GOOD, OEE_WATCH } from "./state";

/** Sites live in the upper part; what falls below stands on the floor. */
const RANGE = [0.3, 1] as const;
const MARKS = [OEE_WATCH, OEE_GOOD] as const;

/** Minutes of OEE; a minute with too little coverage is a gap. */
export function trendPoints(trend: readonly TrendPoint[]): SparkPoint[] {
  return trend.map(({ at, oee, coverage }) => [Date.parse(at), coverage === null || coverage < COVERAGE_GREY ? null : oee]);
}

export function OeeSpark({ trend, width, height }: { trend: readonly TrendPoint[]; width: number; height: number }): ReactNode {
  return <Sparkline points={trendPoints(trend)} width={width} height={height} range={RANGE} marks={MARKS} label={en.enterprise.trend} />;
}

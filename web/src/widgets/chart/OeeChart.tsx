/** OEE by minute with its targets. Minutes without enough data are gaps. */

import type { EChartsCoreOption } from "echarts/core";
import { useCallback, type ReactNode } from "react";

import type { TrendPoint } from "../../api/types";
import { en } from "../../texts/en";
import { percent, wholePercent } from "../format";
import { trendPoints } from "../OeeTrend";
import { OEE_GOOD, OEE_WATCH } from "../state";
import { threshold, timeAxis, tooltip, valueAxis } from "./axes";
import type { Inks } from "./inks";
import { LazyChart } from "./LazyChart";

const STEP = 0.25;
const MOST_SHOWN = 1.5;

interface Props {
  trend: readonly TrendPoint[];
  zone: string;
  height: number;
}

export function OeeChart({ trend, zone, height }: Props): ReactNode {
  const option = useCallback((inks: Inks) => draw(inks, trend, zone), [trend, zone]);
  return <LazyChart height={height} label={en.linePage.trend} option={option} />;
}

function draw(inks: Inks, trend: readonly TrendPoint[], zone: string): EChartsCoreOption {
  const points = trendPoints(trend);
  // Performance above 100 % can lift OEE over the top: that is shown, as far as it leaves the rest readable.
  const top = Math.min(MOST_SHOWN, Math.ceil(Math.max(1, ...points.map(([, value]) => value ?? 0)) / STEP) * STEP);
  return {
    animation: false,
    grid: { left: 52, right: 92, top: 12, bottom: 26 },
    tooltip: tooltip(inks, zone, (value) => (value === null ? en.state.nodata : `${en.oee} ${percent(value)}`)),
    xAxis: timeAxis(inks, zone),
    yAxis: { ...valueAxis(inks, "", wholePercent), min: 0, max: top, interval: STEP },
    series: [
      {
        type: "line",
        data: points,
        showSymbol: false,
        connectNulls: false,
        lineStyle: { color: inks.ink, width: 2 },
        itemStyle: { color: inks.ink },
        markLine: {
          silent: true,
          symbol: "none",
          data: [
            threshold(OEE_GOOD, en.linePage.goodFrom(wholePercent(OEE_GOOD)), inks),
            threshold(OEE_WATCH, en.linePage.watchFrom(wholePercent(OEE_WATCH)), inks),
          ],
        },
      },
    ],
  };
}

/** One value over time with its normal range and designed maximum. Gaps stay gaps. */

import type { EChartsCoreOption } from "echarts/core";
import { useCallback, type ReactNode } from "react";

import type { ReadingPoint } from "../../api/types";
import { en } from "../../texts/en";
import { digitsFor, fixed } from "../format";
import { scaleNumber, scaleOf, type Limits } from "../RangeBar";
import { niceStep, threshold, timeAxis, tooltip, valueAxis } from "./axes";
import type { Inks } from "./inks";
import { LazyChart } from "./LazyChart";

export type Measured = Limits & { unit: string };

interface Props {
  tag: Measured;
  points: readonly ReadingPoint[];
  /** Moments to point at, ms since 1970: when rejected products were there. */
  moments?: readonly number[];
  zone: string;
  height: number;
  label: string;
}

const STEPS = 5;
const NO_MOMENTS: readonly number[] = [];

export function TagChart({ tag, points, moments = NO_MOMENTS, zone, height, label }: Props): ReactNode {
  const option = useCallback((inks: Inks) => draw(inks, tag, points, moments, zone), [tag, points, moments, zone]);
  return <LazyChart height={height} label={label} option={option} />;
}

type Point = [at: number, value: number | null];

function draw(inks: Inks, tag: Measured, points: readonly ReadingPoint[], moments: readonly number[], zone: string): EChartsCoreOption {
  const digits = digitsFor(scaleNumber(tag, null));
  const show = (value: number): string => fixed(value, digits);
  const means: Point[] = points.map((p) => [Date.parse(p.at), typeof p.value === "number" ? p.value : null]);
  return {
    animation: false,
    grid: { left: 64, right: 136, top: 28, bottom: 26 },
    tooltip: tooltip(inks, zone, (value) => (value === null ? en.state.nodata : `${show(value)} ${tag.unit}`)),
    xAxis: timeAxis(inks, zone),
    yAxis: {
      ...valueAxis(inks, tag.unit, show),
      scale: true,
      ...ends(points, tag),
    },
    series: [
      {
        type: "line",
        data: means,
        showSymbol: false,
        connectNulls: false,
        lineStyle: { color: inks.ink, width: 1.5 },
        itemStyle: { color: inks.ink },
        markLine: { silent: true, symbol: "none", data: [...limitLines(tag, inks, show), ...momentLines(moments, inks)] },
        markArea: { silent: true, itemStyle: { color: inks.raised }, data: normalBand(tag) },
      },
      ...extremes(points, inks),
    ],
  };
}

/** Round ends that hold the normal range and every reading: two labels never meet. */
function ends(points: readonly ReadingPoint[], tag: Measured): EChartsCoreOption {
  const scale = scaleOf(tag);
  if (scale === null) return {};
  const numbers = points.flatMap((point) => [point.value, point.low, point.high]).filter((n) => typeof n === "number");
  const low = numbers.reduce((a, b) => Math.min(a, b), scale.from);
  const high = numbers.reduce((a, b) => Math.max(a, b), scale.to);
  const interval = niceStep((high - low) / STEPS);
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval };
}

function limitLines(tag: Measured, inks: Inks, show: (value: number) => string): Record<string, unknown>[] {
  const lines: [number | null, string][] = [
    [tag.normal_low, en.range.low],
    [tag.normal_high, en.range.high],
    [tag.design_max, en.range.max],
  ];
  return lines.flatMap(([at, words]) => (at === null ? [] : [threshold(at, `${words} ${show(at)}`, inks)]));
}

/** A line with a head at each moment; what it means stands beside the chart. */
function momentLines(moments: readonly number[], inks: Inks): Record<string, unknown>[] {
  return moments.map((at) => ({
    xAxis: at,
    lineStyle: { color: inks.act, type: "solid", width: 1.5 },
    label: { formatter: "▼", position: "end", distance: 0, color: inks.act, fontSize: 12 },
  }));
}

function normalBand(tag: Measured): unknown[] {
  if (tag.normal_low === null || tag.normal_high === null) return [];
  return [[{ yAxis: tag.normal_low }, { yAxis: tag.normal_high }]];
}

/** Thin lines of the lowest and the highest reading of each bin. */
function extremes(points: readonly ReadingPoint[], inks: Inks): Record<string, unknown>[] {
  return (["low", "high"] as const).map((side) => ({
    type: "line",
    data: points.map((p): Point => [Date.parse(p.at), p[side] ?? null]),
    showSymbol: false,
    connectNulls: false,
    silent: true,
    lineStyle: { color: inks.ink3, width: 0.8 },
  }));
}

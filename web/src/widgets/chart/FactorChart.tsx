/** OEE with availability, performance and quality over time. Curves differ by stroke and by name at their end, not by colour. */

import type { EChartsCoreOption } from "echarts/core";
import { useCallback, type ReactNode } from "react";

import type { FactorPoint } from "../../api/types";
import { factoryText } from "../../texts/factory";
import { clock, dayMonth, hourMinute, percent, wholePercent } from "../format";
import { COVERAGE_GREY, OEE_GOOD, OEE_WATCH } from "../state";
import { axisTitle, threshold, timeAxis, tooltipBox, valueAxis } from "./axes";
import type { Inks } from "./inks";
import { LazyChart } from "./LazyChart";
import { STROKES, type Curve } from "./strokes";

const text = factoryText.chart;
const STEP = 0.25;
const MOST_SHOWN = 1.5;
const DAYS_FROM_MS = 30 * 3_600_000;
const GRID = { left: 64, right: 48, top: 12, bottom: 28 };
const ENDS = { fontSize: 12 } as const;
const NAME_HEIGHT = 14;
const ALONE = { symbol: "circle", symbolSize: 5 } as const;
const CURVES: readonly Curve[] = ["availability", "performance", "quality", "oee"];

interface Props {
  points: readonly FactorPoint[];
  off: ReadonlySet<Curve>;
  zone: string;
  height: number;
  label: string;
}

export function FactorChart({ points, off, zone, height, label }: Props): ReactNode {
  const hidden = [...off].join();
  const option = useCallback((inks: Inks) => draw(inks, points, new Set(hidden.split(",")), zone, height), [points, hidden, zone, height]);
  return <LazyChart height={height} label={label} option={option} />;
}

function draw(inks: Inks, points: readonly FactorPoint[], hidden: ReadonlySet<string>, zone: string, height: number): EChartsCoreOption {
  const top = topOf(points);
  const shifts = apart(points, hidden, (height - GRID.top - GRID.bottom) / top);
  const long = lengthOf(points) > DAYS_FROM_MS;
  return {
    animation: false,
    grid: GRID,
    tooltip: { ...tooltipBox(inks), formatter: (hits: { dataIndex: number }[]) => say(points[hits[0]?.dataIndex ?? -1], hidden, zone) },
    xAxis: timeAxis(inks, zone, long ? dayAndTime : hourMinute),
    yAxis: { ...valueAxis(inks, "", wholePercent), ...axisTitle(inks, text.axis, 46), min: 0, max: top, interval: STEP },
    // A curve that is off keeps its place in the list without points: axes and colours of the others stay as they are.
    series: CURVES.map((curve) => series(inks, curve, hidden.has(curve) ? [] : points, shifts[curve] ?? 0)),
  };
}

function series(inks: Inks, curve: Curve, points: readonly FactorPoint[], shift: number): Record<string, unknown> {
  const { width, dash, ink } = STROKES[curve];
  const color = inks[ink];
  const lines = [threshold(OEE_GOOD, text.goodFrom(wholePercent(OEE_GOOD)), inks), threshold(OEE_WATCH, text.watchFrom(wholePercent(OEE_WATCH)), inks)];
  return {
    type: "line",
    name: text.letters[curve],
    data: points.map((point, n) => ({ value: [Date.parse(point.at), shown(point, curve)], ...(isAlone(points, n, curve) ? ALONE : {}) })),
    symbol: "none",
    connectNulls: false,
    lineStyle: { color, width, type: dash },
    itemStyle: { color },
    emphasis: { disabled: true },
    // A name needs a last point to stand at.
    endLabel: { ...ENDS, show: points.some((point) => shown(point, curve) !== null), formatter: text.letters[curve], color, offset: [0, shift], fontFamily: inks.font, fontWeight: curve === "oee" ? 700 : 400 },
    ...(curve === "oee" && points.length > 0 ? { markLine: { silent: true, symbol: "none", data: lines.map(leftLabel) } } : {}),
  };
}

/** The right end belongs to the names of the curves. */
function leftLabel(line: Record<string, unknown>): Record<string, unknown> {
  return { ...line, label: { ...(line.label as Record<string, unknown>), position: "insideStartTop" } };
}

/** px by which the name of each curve moves down so that no two names lie on each other. `scale`: px for 100 %. */
function apart(points: readonly FactorPoint[], hidden: ReadonlySet<string>, scale: number): Partial<Record<Curve, number>> {
  const last = points.findLast(isKnown);
  if (last === undefined) return {};
  const named = CURVES.filter((curve) => !hidden.has(curve) && last[curve] !== null).map((curve) => ({ curve, at: (last[curve] ?? 0) * -scale }));
  let free = -Infinity;
  const moved = named
    .sort((a, b) => a.at - b.at)
    .map(({ curve, at }): [Curve, number] => {
      const placed = Math.max(at, free);
      free = placed + NAME_HEIGHT;
      return [curve, placed - at];
    });
  return Object.fromEntries(moved);
}

function shown(point: FactorPoint | undefined, curve: Curve): number | null {
  return point !== undefined && isKnown(point) ? point[curve] : null;
}

/** Between two gaps there is no line to see: such a point is drawn as a dot. */
function isAlone(points: readonly FactorPoint[], n: number, curve: Curve): boolean {
  return shown(points[n], curve) !== null && shown(points[n - 1], curve) === null && shown(points[n + 1], curve) === null;
}

function isKnown({ coverage }: FactorPoint): boolean {
  return coverage !== null && coverage >= COVERAGE_GREY;
}

/** Of all curves, also those that are off: the scale does not jump when one goes. */
function topOf(points: readonly FactorPoint[]): number {
  const highest = Math.max(1, ...points.filter(isKnown).flatMap((point) => CURVES.map((curve) => point[curve] ?? 0)));
  return Math.min(MOST_SHOWN, Math.ceil(highest / STEP) * STEP);
}

function say(point: FactorPoint | undefined, hidden: ReadonlySet<string>, zone: string): string {
  if (point === undefined) return "";
  const at = Date.parse(point.at);
  const head = `${dayMonth(at, zone)} ${clock(at, zone)}`;
  if (point.coverage === null) return `${head}<br/>${text.notPlanned}`;
  if (!isKnown(point)) return `${head}<br/>${text.covered(percent(point.coverage))}`;
  const shown = [...CURVES].reverse().filter((curve) => !hidden.has(curve));
  return [head, ...shown.map((curve) => `${text.series[curve]} <b>${percent(point[curve])}</b>`)].join("<br/>");
}

function lengthOf(points: readonly FactorPoint[]): number {
  const [first, last] = [points[0], points[points.length - 1]];
  return first === undefined || last === undefined ? 0 : Date.parse(last.at) - Date.parse(first.at);
}

function dayAndTime(at: number, zone?: string): string {
  const time = hourMinute(at, zone);
  return time === "00:00" ? dayMonth(at, zone) : `${dayMonth(at, zone)} ${time}`;
}

/** One row of bars for each kind, one above the other on the same time and the same scale. Where nothing was looked at the ground is shaded. */

import type { EChartsCoreOption } from "echarts/core";
import { useCallback, type ReactNode } from "react";

import { factoryText } from "../../texts/factory";
import { count } from "../format";
import { axisTitle, tooltipBox } from "./axes";
import type { Inks } from "./inks";
import { LazyChart } from "./LazyChart";

const text = factoryText.time;
const ROW = 52;
const GAP = 28;
const TOP = 22;
const FOOT = 30;
const LEFT = 64;
const RIGHT = 24;

export interface BarRow {
  name: string;
  /** One number for each time. */
  values: readonly number[];
}

interface Props {
  rows: readonly BarRow[];
  /** What each time is called on the axis. */
  times: readonly string[];
  /** How many were looked at in each time. */
  judged: readonly number[];
  label: string;
  onPick: (row: number, time: number) => void;
}

/** px for so many rows: the place is kept before the chart is there. */
export function smallBarsHeight(rows: number): number {
  return TOP + rows * ROW + Math.max(0, rows - 1) * GAP + FOOT;
}

export function SmallBars({ rows, times, judged, label, onPick }: Props): ReactNode {
  const option = useCallback((inks: Inks) => draw(inks, rows, times, judged), [rows, times, judged]);
  const pick = ({ seriesIndex, dataIndex }: { seriesIndex: number; dataIndex: number }): void => onPick(seriesIndex, dataIndex);
  return <LazyChart height={smallBarsHeight(rows.length)} label={label} option={option} onPick={pick} />;
}

function draw(inks: Inks, rows: readonly BarRow[], times: readonly string[], judged: readonly number[]): EChartsCoreOption {
  const words = { fontSize: 12, fontFamily: inks.font };
  const most = Math.max(1, ...rows.flatMap(({ values }) => values));
  const last = rows.length - 1;
  const top = (row: number): number => TOP + row * (ROW + GAP);
  return {
    animation: false,
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    tooltip: {
      ...tooltipBox(inks),
      axisPointer: { type: "shadow", shadowStyle: { color: inks.shadow } },
      formatter: (hits: { dataIndex: number }[]) => say(rows, times, judged, hits[0]?.dataIndex ?? -1),
    },
    title: rows.map(({ name }, n) => ({ text: name, left: LEFT, top: top(n) - 19, padding: 0, textStyle: { ...words, fontWeight: 600, color: inks.ink } })),
    grid: rows.map((_, n) => ({ left: LEFT, right: RIGHT, top: top(n), height: ROW })),
    xAxis: rows.map((_, n) => ({
      type: "category",
      gridIndex: n,
      data: times,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: inks.strong } },
      axisLabel: { ...words, show: n === last, color: inks.ink3, hideOverlap: true },
    })),
    yAxis: rows.map((_, n) => ({
      type: "value",
      gridIndex: n,
      min: 0,
      max: most,
      interval: most,
      ...(n === Math.floor(last / 2) ? axisTitle(inks, text.axis, 38) : {}),
      axisLabel: { ...words, color: inks.ink3, formatter: count },
      splitLine: { lineStyle: { color: inks.rule } },
    })),
    series: rows.map(({ name, values }, n) => ({
      type: "bar",
      name,
      xAxisIndex: n,
      yAxisIndex: n,
      data: values,
      barCategoryGap: "20%",
      itemStyle: { color: inks.bar },
      emphasis: { itemStyle: { color: inks.ink3 } },
      markArea: { silent: true, itemStyle: { color: inks.raised }, data: unseen(judged) },
    })),
  };
}

/** Runs of times without a single product looked at, as areas over whole categories. */
function unseen(judged: readonly number[]): unknown[] {
  return judged.flatMap((n, at) => (n === 0 ? [[{ xAxis: at }, { xAxis: at }]] : []));
}

function say(rows: readonly BarRow[], times: readonly string[], judged: readonly number[], at: number): string {
  const looked = judged[at] ?? 0;
  if (looked === 0) return `${times[at] ?? ""}<br/>${text.nothingJudged}`;
  const lines = rows.map(({ name, values }) => `${name} <b>${text.hit(count(values[at] ?? 0), count(looked))}</b>`);
  return [times[at] ?? "", ...lines].join("<br/>");
}

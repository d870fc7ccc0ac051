/** Bars from the most frequent to the rarest, and the line that adds them up. Both axes end at the whole, so bar and line can be compared. */

import type { EChartsCoreOption } from "echarts/core";
import { useCallback, type ReactNode } from "react";

import { factoryText } from "../../texts/factory";
import { count, percent, wholePercent } from "../format";
import { axisTitle, niceStep, tooltipBox, valueAxis } from "./axes";
import type { Inks } from "./inks";
import { LazyChart } from "./LazyChart";

const text = factoryText.pareto;
const WIDEST_BAR = 72;
/** px for the words under all bars of a narrow chart. */
const WORDS_WIDTH = 440;
const STEPS = 7;
/** With more bars than this their words stand in more lines. */
const ROOMY_UP_TO = 5;

export interface ParetoBar {
  name: string;
  products: number;
  /** 0 to 1, of all. */
  share: number;
  cumulated: number;
}

interface Props {
  bars: readonly ParetoBar[];
  height: number;
  label: string;
  onPick: (index: number) => void;
}

export function ParetoChart({ bars, height, label, onPick }: Props): ReactNode {
  const option = useCallback((inks: Inks) => draw(inks, bars), [bars]);
  return <LazyChart height={height} label={label} option={option} onPick={({ dataIndex }) => onPick(dataIndex)} />;
}

function draw(inks: Inks, bars: readonly ParetoBar[]): EChartsCoreOption {
  const words = { fontSize: 12, fontFamily: inks.font };
  const whole = bars.reduce((sum, { products }) => sum + products, 0);
  const step = niceStep(Math.max(1, whole / STEPS));
  // Both axes end at the same height, so that the line's first point lies on the first bar; shares above 100 % are not written.
  const most = Math.ceil(whole / step) * step;
  return {
    animation: false,
    grid: { left: 68, right: 64, top: 24, bottom: bars.length > ROOMY_UP_TO ? 96 : 64 },
    tooltip: {
      ...tooltipBox(inks),
      axisPointer: { type: "shadow", shadowStyle: { color: inks.shadow } },
      formatter: (hits: { dataIndex: number }[]) => say(bars[hits[0]?.dataIndex ?? -1]),
    },
    xAxis: {
      type: "category",
      data: bars.map((bar) => [bar.name, ...(bars.length > ROOMY_UP_TO ? [count(bar.products), percent(bar.share)] : [barWords(bar)])].join("\n")),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: inks.strong } },
      axisLabel: { ...words, color: inks.ink2, interval: 0, width: Math.max(52, Math.min(140, WORDS_WIDTH / bars.length)), overflow: "break", lineHeight: 15 },
    },
    yAxis: [
      { ...valueAxis(inks, "", count), ...axisTitle(inks, text.count, 50), min: 0, max: most, interval: step },
      { ...valueAxis(inks, "", shareWords), ...axisTitle(inks, text.share, 46), min: 0, max: most / whole, interval: 0.25, splitLine: { show: false } },
    ],
    series: [
      {
        type: "bar",
        data: bars.map(({ products }) => products),
        barMaxWidth: WIDEST_BAR,
        itemStyle: { color: inks.bar },
        emphasis: { itemStyle: { color: inks.ink3 } },
      },
      {
        type: "line",
        yAxisIndex: 1,
        data: bars.map(({ cumulated }) => cumulated),
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { color: inks.ink2, width: 1.5 },
        itemStyle: { color: inks.ink2 },
        // The first point is the first bar, whose share stands under it.
        label: { ...words, show: true, position: "top", color: inks.ink2, formatter: ({ dataIndex }: { dataIndex: number }) => lineWords(bars, dataIndex) },
      },
    ],
  };
}

function barWords(bar: ParetoBar | undefined): string {
  return bar === undefined ? "" : text.bar(count(bar.products), percent(bar.share));
}

function shareWords(share: number): string {
  return share <= 1 ? wholePercent(share) : "";
}

function lineWords(bars: readonly ParetoBar[], index: number): string {
  return index === 0 ? "" : wholePercent(bars[index]?.cumulated);
}

function say(bar: ParetoBar | undefined): string {
  return bar === undefined ? "" : `${bar.name}<br/><b>${barWords(bar)}</b><br/>${text.cumulated(percent(bar.cumulated))}`;
}

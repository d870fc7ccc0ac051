/** Axes, grid and tooltip, the same in every chart. */

import type { EChartsCoreOption } from "echarts/core";

import { clock, hourMinute } from "../format";
import type { Inks } from "./inks";

const TEXT = 12;

export function timeAxis(inks: Inks, zone: string, label: (at: number, zone?: string) => string = hourMinute): EChartsCoreOption {
  return {
    type: "time",
    axisLine: { lineStyle: { color: inks.strong } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: inks.ink3, fontSize: TEXT, fontFamily: inks.font, hideOverlap: true, formatter: (at: number) => label(at, zone) },
  };
}

export function valueAxis(inks: Inks, unit: string, label: (value: number) => string): EChartsCoreOption {
  return {
    type: "value",
    name: unit,
    nameLocation: "end",
    nameTextStyle: { color: inks.ink3, fontSize: TEXT, fontFamily: inks.font, align: "right" },
    axisLabel: { color: inks.ink3, fontSize: TEXT, fontFamily: inks.font, formatter: label },
    splitLine: { lineStyle: { color: inks.rule } },
  };
}

/** 1, 2 or 5 times a power of ten: the smallest that is not below `rough`, a number above 0. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
}

/** The words of an axis: what its numbers count. */
export function axisTitle(inks: Inks, words: string, gap: number): EChartsCoreOption {
  return { name: words, nameLocation: "middle", nameGap: gap, nameTextStyle: { color: inks.ink3, fontSize: TEXT, fontFamily: inks.font } };
}

/** A tooltip in the page's tones. */
export function tooltipBox(inks: Inks): EChartsCoreOption {
  return {
    trigger: "axis",
    confine: true,
    backgroundColor: inks.raised,
    borderColor: inks.strong,
    textStyle: { color: inks.ink, fontSize: 13, fontFamily: inks.font },
    axisPointer: { lineStyle: { color: inks.ink3 }, shadowStyle: { color: inks.shadow } },
  };
}

export function tooltip(inks: Inks, zone: string, text: (value: number | null) => string): EChartsCoreOption {
  return {
    ...tooltipBox(inks),
    formatter: (hits: { value: [number, number | null]; seriesIndex: number }[]) => {
      const hit = hits.find(({ seriesIndex }) => seriesIndex === 0);
      return hit === undefined ? "" : `${clock(hit.value[0], zone)}<br/><b>${text(hit.value[1])}</b>`;
    },
  };
}

/** A dashed line at a threshold with its words at the right end. */
export function threshold(at: number, words: string, inks: Inks): Record<string, unknown> {
  return {
    yAxis: at,
    lineStyle: { color: inks.ink3, type: "dashed", width: 1 },
    label: { formatter: words, position: "end", color: inks.ink2, fontSize: TEXT, fontFamily: inks.font },
  };
}

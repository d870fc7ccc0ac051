/** A chart that follows its option, its width and the colour scheme. */

import { useComputedColorScheme } from "@mantine/core";
import type { EChartsCoreOption } from "echarts/core";
import { useEffect, useRef, type ReactNode } from "react";

import { onPaper, PAPER_WIDTH } from "../../frame/paper";
import { init, type ECharts } from "./echarts";
import { inks, type Inks } from "./inks";

export interface ChartProps {
  height: number;
  label: string;
  option: (inks: Inks) => EChartsCoreOption;
  /** Somebody chose a bar or a point. Whatever it does must have a second way for the keyboard. */
  onPick?: (hit: Hit) => void;
}

export interface Hit {
  seriesIndex: number;
  dataIndex: number;
}

export default function Chart({ height, label, option, onPick }: ChartProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const scheme = useComputedColorScheme();
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const made = init(element, null, { renderer: "svg" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    made.on("click", ({ seriesIndex, dataIndex }) => pick.current?.({ seriesIndex: seriesIndex ?? 0, dataIndex }));
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option(inks()), { notMerge: true });
  }, [option, scheme]);
  useEffect(
    () =>
      onPaper((printing) => {
        chart.current?.resize(printing ? { width: PAPER_WIDTH } : { width: "auto" });
        chart.current?.setOption(option(inks()), { notMerge: true });
      }),
    [option],
  );
  return <div ref={ref} style={{ height }} role="img" aria-label={label} />;
}

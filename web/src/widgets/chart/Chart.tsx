/** A chart that follows its option, its width and the colour scheme. */

import { useComputedColorScheme } from "@mantine/core";
import type { EChartsCoreOption } from "echarts/core";
import { useEffect, useRef, type ReactNode } from "react";

import { init, type ECharts } from "./echarts";
import { inks, type Inks } from "./inks";

interface Props {
  height: number;
  label: string;
  option: (inks: Inks) => EChartsCoreOption;
}

export default function Chart({ height, label, option }: Props): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const scheme = useComputedColorScheme();
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const made = init(element, null, { renderer: "svg" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option(inks()), { notMerge: true });
  }, [option, scheme]);
  return <div ref={ref} style={{ height }} role="img" aria-label={label} />;
}

/** Charts load after the page: their place is kept, so nothing moves when they come. */

import type { EChartsCoreOption } from "echarts/core";
import { lazy, Suspense, type ReactNode } from "react";

import type { Inks } from "./inks";

const Chart = lazy(() => import("./Chart"));

interface Props {
  height: number;
  label: string;
  option: (inks: Inks) => EChartsCoreOption;
}

export function LazyChart(props: Props): ReactNode {
  return (
    <Suspense fallback={<div style={{ height: props.height }} />}>
      <Chart {...props} />
    </Suspense>
  );
}

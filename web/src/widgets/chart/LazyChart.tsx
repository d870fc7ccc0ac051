/** Charts load after the page: their place is kept, so nothing moves when they come. */

import { lazy, Suspense, type ReactNode } from "react";

import type { ChartProps } from "./Chart";

const Chart = lazy(() => import("./Chart"));

export function LazyChart(props: ChartProps): ReactNode {
  return (
    <Suspense fallback={<div style={{ height: props.height }} />}>
      <Chart {...props} />
    </Suspense>
  );
}

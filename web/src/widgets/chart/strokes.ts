/** How the curves of OEE and its factors are drawn, in the chart and on their switches alike. */

export type Curve = "oee" | "availability" | "performance" | "quality";

interface Stroke {
  width: number;
  /** Lengths of dashes and gaps in px; solid without. */
  dash: number[] | "solid";
  ink: "ink" | "ink2" | "ink3";
}

export const STROKES: Record<Curve, Stroke> = {
  oee: { width: 2.5, dash: "solid", ink: "ink" },
  availability: { width: 1.5, dash: [9, 4], ink: "ink2" },
  performance: { width: 1.75, dash: [2, 3], ink: "ink2" },
  quality: { width: 1.5, dash: [10, 3, 2, 3], ink: "ink3" },
};

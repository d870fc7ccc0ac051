/** The one scale of the whole interface. Every place that shows a state asks here, so the same thing looks the same everywhere. */

import type { LineState, OeeView, Ratios } from "../api/types";
import { en } from "../texts/en";

export type State = "good" | "watch" | "act" | "nodata" | "neutral";

/** OEE at or above is good; at or above the second is worth watching; below needs somebody. */
export const OEE_GOOD = 0.75;
export const OEE_WATCH = 0.6;
/** Under this coverage a number is grey: it does not speak for the whole time. */
export const COVERAGE_GREY = 0.9;

export function oeeState(ratios: Ratios): State {
  const { oee, coverage } = ratios;
  if (oee === null || coverage === null || coverage < COVERAGE_GREY) return "nodata";
  return oee >= OEE_GOOD ? "good" : oee >= OEE_WATCH ? "watch" : "act";
}

/** The number to show: OEE of the whole planned time, or of its known part when too much is unknown. */
export function shownOee(ratios: Ratios): number | null {
  return oeeState(ratios) === "nodata" ? ratios.oee_known : ratios.oee;
}

export function oeeWord(view: OeeView): string {
  const { ratios, components } = view;
  if (components.planned_us === 0) return components.calendar_us === 0 ? en.state.nodata : en.state.notPlanned;
  if (ratios.coverage !== null && ratios.coverage > 0 && ratios.coverage < COVERAGE_GREY) return en.state.partial;
  return en.state[oeeState(ratios)];
}

const LINE_STATES: Record<LineState, State> = {
  RUNNING: "good",
  IDLE: "watch",
  STOPPED: "watch",
  FAULT: "act",
  MAINTENANCE: "watch",
  UNKNOWN: "nodata",
};

export function lineState(state: LineState): State {
  return LINE_STATES[state];
}

const TAG_STATES: Record<string, State> = {
  normal: "good",
  low: "watch",
  high: "watch",
  over_design: "act",
  bad: "nodata",
  nodata: "nodata",
};

export function tagState(state: string): State {
  return TAG_STATES[state] ?? "nodata";
}

const STEP_STATES: Record<string, State> = { normal: "good", watch: "watch", act: "act", nodata: "nodata", none: "neutral" };

export function stepState(state: string): State {
  return STEP_STATES[state] ?? "nodata";
}

export function verdictState(outcome: string, verdict: string | null): State {
  if (outcome === "explained") return "nodata";
  return verdict === "pass" ? "good" : "act";
}

const URGENCY: Record<State, number> = { act: 0, watch: 1, nodata: 2, good: 3, neutral: 4 };

/** For sorting: what needs a person first. */
export function urgency(state: State): number {
  return URGENCY[state];
}

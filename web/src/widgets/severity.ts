/** How bad an alarm is, on the one scale of states. */

import type { AlarmView } from "../api/types";
import type { State } from "./state";

export type Severity = AlarmView["severity"];

/** From the highest. */
export const SEVERITIES: readonly Severity[] = ["critical", "major", "minor", "warning", "indeterminate"];

const STATES: Record<Severity, State> = { critical: "act", major: "act", minor: "watch", warning: "watch", indeterminate: "nodata" };

export function severityState(severity: Severity): State {
  return STATES[severity];
}

export function highest(counts: Record<string, number>): Severity | null {
  return SEVERITIES.find((severity) => (counts[severity] ?? 0) > 0) ?? null;
}

export function isLoud(severity: Severity): boolean {
  return severityState(severity) === "act";
}

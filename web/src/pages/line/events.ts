/** Kinds of entered events on the one scale of states. */

import type { State } from "../../widgets/state";

export const KINDS = ["fault", "stop", "note"] as const;
export type Kind = (typeof KINDS)[number];

const STATES: Record<string, State> = { fault: "act", stop: "watch", note: "neutral" };

export function eventState(kind: string): State {
  return STATES[kind] ?? "neutral";
}

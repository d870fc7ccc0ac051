/** How many alarms are open at a place and how bad the worst of them is: shape, number and word. */

import type { ReactNode } from "react";

import type { AlarmCount } from "../api/types";
import { factoryText } from "../texts/factory";
import type { State } from "./state";
import { StateWord } from "./StateMark";

const STATES: Record<string, State> = { critical: "act", major: "act", minor: "watch", warning: "watch", indeterminate: "nodata" };

export function AlarmTally({ alarms }: { alarms: AlarmCount }): ReactNode {
  if (alarms.open === 0) return <span className="quiet">{factoryText.noAlarms}</span>;
  const severity = alarms.highest ?? "indeterminate";
  return <StateWord state={STATES[severity] ?? "nodata"} word={factoryText.openAlarms(alarms.open, factoryText.severity[severity] ?? severity)} />;
}

/** How many alarms are open at a place and how bad the worst of them is: shape, number and word. */

import type { ReactNode } from "react";

import type { AlarmCount } from "../api/types";
import { factoryText } from "../texts/factory";
import { SEVERITIES } from "./severity";
import { SeverityWord } from "./SeverityMark";

export function AlarmTally({ alarms }: { alarms: AlarmCount }): ReactNode {
  if (alarms.open === 0) return <span className="quiet">{factoryText.noAlarms}</span>;
  const worst = SEVERITIES.find((severity) => severity === alarms.highest) ?? "indeterminate";
  return <SeverityWord severity={worst} count={alarms.open} />;
}

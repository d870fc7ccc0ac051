/** The ongoing alarms of this place. The corner is always there and keeps its size: an alarm that comes pushes nothing away. */

import { useMemo, type ReactNode } from "react";

import type { ScopeView } from "../../api/types";
import { factoryText as text } from "../../texts/factory";
import { AlarmTally } from "../../widgets/AlarmTally";
import { Panel } from "../../widgets/Panel";
import { OpenAlarms } from "../alarms/OpenAlarms";
import css from "./AlarmCorner.module.css";

export function AlarmCorner({ view }: { view: ScopeView }): ReactNode {
  const ids = view.sites.map(({ id }) => id).join();
  const sites = useMemo(() => ids.split(","), [ids]);
  return (
    <div className={css.corner} data-testid="alarm-corner">
      <Panel title={text.ongoing} aside={<AlarmTally alarms={view.alarms} />} className={css.panel}>
        <OpenAlarms sites={sites} />
      </Panel>
    </div>
  );
}

/** The ongoing alarms of this place. The corner is always there and keeps its size: an alarm that comes pushes nothing away. */

import type { ReactNode } from "react";

import type { ScopeView } from "../../api/types";
import { factoryText as text } from "../../texts/factory";
import { Panel } from "../../widgets/Panel";
import { OpenAlarms } from "../alarms/OpenAlarms";
import css from "./AlarmCorner.module.css";

export function AlarmCorner({ view }: { view: ScopeView }): ReactNode {
  const sites = view.sites.map(({ id }) => id);
  return (
    <div className={css.corner} data-testid="alarm-corner">
      {/* What is longer scrolls in its place; the keyboard reaches it too. */}
      <div className={css.scroll} tabIndex={view.alarms.open > 0 ? 0 : -1} role="region" aria-label={text.ongoing}>
        {view.alarms.open > 0 ? (
          <OpenAlarms sites={sites} />
        ) : (
          <Panel title={text.ongoing} className={css.none}>
            <p className="quiet">{text.noOngoing}</p>
          </Panel>
        )}
      </div>
    </div>
  );
}

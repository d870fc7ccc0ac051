import type { ReactNode } from "react";

import type { LineView } from "../../api/types";
import { en } from "../../texts/en";
import { OeeChart } from "../../widgets/chart/OeeChart";
import { OeeNow } from "../../widgets/OeeNow";
import { Panel } from "../../widgets/Panel";
import css from "./LinePage.module.css";

export function LineOee({ line }: { line: LineView }): ReactNode {
  return (
    <div className={css.oee}>
      <Panel title={en.linePage.now} note={en.enterprise.mapWindow}>
        <OeeNow view={line.oee} place={line.name} zone={line.timezone} />
      </Panel>
      <Panel title={en.linePage.trend}>
        <OeeChart trend={line.trend} zone={line.timezone} height={168} />
      </Panel>
    </div>
  );
}

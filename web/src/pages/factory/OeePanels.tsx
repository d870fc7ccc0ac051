/** OEE now and over the chosen time, each with its factors; each opens what it is made of. */

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { oeeQuery } from "../../api/queries";
import type { ScopeView } from "../../api/types";
import type { Range } from "../../range/useRange";
import { factoryText as text } from "../../texts/factory";
import { OeeNow } from "../../widgets/OeeNow";
import { Panel } from "../../widgets/Panel";
import css from "./FactoryPage.module.css";
import { Part } from "./Part";

const NOW_HEIGHT = 168;

export function OeePanels({ view, range }: { view: ScopeView; range: Range }): ReactNode {
  const total = useQuery({ ...oeeQuery(view.scope, "total", range), enabled: range.ready });
  return (
    <div className={css.oee}>
      <Panel title={text.now} note={text.nowNote}>
        <OeeNow view={view.oee} place={view.name} zone={range.zone} />
      </Panel>
      <Panel title={text.over(range.words)} note={range.clock}>
        <Part query={total} height={NOW_HEIGHT} skeleton={<Skeleton height={NOW_HEIGHT} />}>
          {({ bins: [bin] }) =>
            bin === undefined ? <p className="quiet">{text.chart.empty}</p> : <OeeNow view={bin} place={text.overPlace(view.name, range.words)} zone={range.zone} />
          }
        </Part>
      </Panel>
    </div>
  );
}

import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { plantQuery } from "../../api/queries";
import type { EnterpriseView } from "../../api/types";
import { useLive } from "../../live/live";
import { en } from "../../texts/en";
import { Answer, Empty } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import css from "./EnterprisePage.module.css";
import { EnterpriseSkeleton } from "./EnterpriseSkeleton";
import { worstOf } from "./ranking";
import { Ranking } from "./Ranking";
import { AllRegions, RollUp } from "./RollUp";
import { Total } from "./Total";
import { WorldMap } from "./WorldMap";

export function EnterprisePage(): ReactNode {
  const plant = useLive("enterprise", plantQuery);
  return (
    <Answer query={plant} what={en.error.what.enterprise} skeleton={<EnterpriseSkeleton />}>
      {(view) => (view.sites.length === 0 ? <Empty title={en.enterprise.emptyTitle} text={en.enterprise.empty} /> : <Rooms plant={view} />)}
    </Answer>
  );
}

function Rooms({ plant }: { plant: EnterpriseView }): ReactNode {
  const search = useSearch({ from: "/" });
  const region = plant.regions.find(({ id }) => id === search.region) ?? null;
  const sites = region === null ? plant.sites : plant.sites.filter((site) => site.region === region.id);
  return (
    <div className={`${css.page} rooms`}>
      <Total plant={plant} />
      <div className={`${css.columns} rooms`}>
        <div className={`${css.left} rooms`}>
          <Panel title={en.enterprise.map} note={en.enterprise.mapNote}>
            <WorldMap sites={plant.sites} worst={worstOf(sites)?.id ?? null} region={region?.id ?? null} />
          </Panel>
          <Panel title={en.enterprise.rollup} aside={region === null ? null : <AllRegions />}>
            <RollUp plant={plant} chosen={region?.id ?? null} />
          </Panel>
        </div>
        <Panel
          title={region === null ? en.enterprise.ranking : en.enterprise.rankingOf(region.name)}
          note={en.enterprise.rankingNote}
          className={css.right}
        >
          <Ranking plant={plant} sites={sites} />
        </Panel>
      </div>
    </div>
  );
}

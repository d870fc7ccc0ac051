/** What was found in the chosen time: by type, by camera, and when. */

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import { defectsQuery } from "../../api/queries";
import type { DefectSeries, ScopeView } from "../../api/types";
import type { Range } from "../../range/useRange";
import { factoryText } from "../../texts/factory";
import { Empty } from "../../widgets/Answer";
import { ParetoChart } from "../../widgets/chart/ParetoChart";
import { smallBarsHeight } from "../../widgets/chart/SmallBars";
import { count } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import { namesOf, pareto, type DefectName } from "./defects";
import { DefectsByCamera } from "./DefectsByCamera";
import { DefectsOverTime } from "./DefectsOverTime";
import css from "./FactoryPage.module.css";
import { galleryLink } from "./gallery";
import { Part } from "./Part";

const text = factoryText.pareto;
const PARETO = 300;
const ROW = 45;

export function Defects({ view, range }: { view: ScopeView; range: Range }): ReactNode {
  const series = useQuery({ ...defectsQuery(view.scope, range.barBin, range), enabled: range.ready });
  const names = useNames(series.data, view.defects);
  const times = smallBarsHeight(names.length);
  return (
    <>
      <div className={css.pair}>
        <Panel title={text.title(range.words)} note={text.note}>
          <Part query={series} height={PARETO} skeleton={<Skeleton height={PARETO} />}>
            {(data) => <Pareto series={data} names={names} scope={view.scope} range={range} />}
          </Part>
        </Panel>
        <Panel title={factoryText.cameras.title(range.words)} note={factoryText.cameras.note}>
          <Part query={series} height={ROW * (names.length + 1)} skeleton={<Skeleton height={ROW * (names.length + 1)} />}>
            {(data) => <DefectsByCamera series={data} names={names} view={view} range={range} />}
          </Part>
        </Panel>
      </div>
      <Panel title={factoryText.time.title(range.words)} note={factoryText.time.note(factoryText.bars[range.barBin])}>
        <Part query={series} height={times} skeleton={<Skeleton height={times} />}>
          {(data) => <DefectsOverTime series={data} names={names} scope={view.scope} range={range} />}
        </Part>
      </Panel>
    </>
  );
}

interface ParetoProps {
  series: DefectSeries;
  names: readonly DefectName[];
  scope: string;
  range: Range;
}

function Pareto({ series, names, scope, range }: ParetoProps): ReactNode {
  const rows = useMemo(() => pareto(series, names), [series, names]);
  const navigate = useNavigate();
  if (rows.length === 0) return <Empty title={text.nothing} text={series.judged > 0 ? text.judged(count(series.judged)) : text.notJudged} />;
  const open = (index: number): void => {
    const row = rows[index];
    if (row !== undefined) void navigate(galleryLink(scope, row.label, range.from, range.to));
  };
  return <ParetoChart bars={rows} height={PARETO} label={text.title(range.words)} onPick={open} />;
}

/** The same list as long as it says the same: the view comes anew several times a second. */
function useNames(series: DefectSeries | undefined, defects: readonly DefectName[]): DefectName[] {
  const names = JSON.stringify(namesOf(series, defects).map(({ label, name }) => ({ label, name })));
  return useMemo(() => JSON.parse(names) as DefectName[], [names]);
}

/** The whole enterprise in one strip: OEE with its factors and hour, and how many sites need somebody. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { hourQuery } from "../../api/queries";
import type { EnterpriseView, TrendPoint } from "../../api/types";
import { en } from "../../texts/en";
import { FactorLine } from "../../widgets/Factors";
import { count, hourMinute, percent } from "../../widgets/format";
import head from "../../widgets/Head.module.css";
import { OeeDetail } from "../../widgets/OeeDetail";
import { OeeSpark } from "../../widgets/OeeTrend";
import { oeeState, oeeWord, shownOee, type State } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import css from "./Total.module.css";

export function Total({ plant }: { plant: EnterpriseView }): ReactNode {
  const { ratios, components } = plant.oee;
  const state = oeeState(ratios);
  const hour = useQuery(hourQuery("enterprise"));
  const trend: TrendPoint[] = (hour.data?.bins ?? []).map((bin) => ({ at: bin.start, oee: bin.ratios.oee, coverage: bin.ratios.coverage }));
  return (
    <section className={`${head.head} ${css.strip}`} aria-label={en.enterprise.total}>
      <div className={head.title}>
        <h1>{plant.name}</h1>
        <span className="quiet">{en.enterprise.sites(plant.sites.length)}</span>
      </div>
      <OeeDetail view={plant.oee} place={plant.name}>
        <span className={css.oee} data-state={state}>
          {percent(shownOee(ratios))}
        </span>
        <span className={css.beside}>
          <StateWord state={state} word={`${en.oee} ${oeeWord(plant.oee).toLowerCase()}`} />
          <FactorLine ratios={ratios} />
        </span>
      </OeeDetail>
      <div className={css.trend}>
        <OeeSpark trend={trend} width={160} height={40} />
        <span className="quiet">{en.enterprise.trend}</span>
      </div>
      <div className={head.title}>
        <strong>{en.enterprise.counted(count(components.gq), count(components.pq))}</strong>
        <span className="quiet">{en.enterprise.window(hourMinute(Date.parse(plant.oee.start)), hourMinute(Date.parse(plant.oee.end)))}</span>
      </div>
      <Attention plant={plant} />
    </section>
  );
}

function Attention({ plant }: { plant: EnterpriseView }): ReactNode {
  const having = (state: State): number => plant.sites.filter((site) => oeeState(site.oee.ratios) === state).length;
  return (
    <div className={css.attention}>
      <Attending state="act" n={having("act")} words={en.enterprise.act} />
      <Attending state="watch" n={having("watch")} words={en.enterprise.watch} />
      <Attending state="nodata" n={having("nodata")} words={en.enterprise.grey} />
    </div>
  );
}

/** Always in its place; quiet when there is none. */
function Attending({ state, n, words }: { state: State; n: number; words: (n: number) => string }): ReactNode {
  return n === 0 ? <span className={css.nobody}>{words(0)}</span> : <StateWord strong state={state} word={words(n)} />;
}

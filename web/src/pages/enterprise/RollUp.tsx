/** Regions with their countries, rolled up by summing. Choosing a region shows its sites alone; the choice is in the address. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { EnterpriseView, GroupSummary } from "../../api/types";
import { en } from "../../texts/en";
import { FactorLine } from "../../widgets/Factors";
import { percent } from "../../widgets/format";
import { oeeState, oeeWord, shownOee } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import css from "./RollUp.module.css";

export function RollUp({ plant, chosen }: { plant: EnterpriseView; chosen: string | null }): ReactNode {
  return (
    <div className={css.regions}>
      {plant.regions.map((region) => (
        <Region key={region.id} region={region} countries={plant.countries.filter(({ parent }) => parent === region.id)} chosen={region.id === chosen} />
      ))}
    </div>
  );
}

function Region({ region, countries, chosen }: { region: GroupSummary; countries: GroupSummary[]; chosen: boolean }): ReactNode {
  const { ratios } = region.oee;
  return (
    <div className={css.region} data-chosen={chosen}>
      <Link to="/" search={chosen ? {} : { region: region.id }} className={css.head} aria-pressed={chosen} role="button">
        <strong className={css.name}>{region.name}</strong>
        <span className={css.figure}>{percent(shownOee(ratios))}</span>
        <span className={css.state}>
          <StateWord state={oeeState(ratios)} word={oeeWord(region.oee)} />
        </span>
        <FactorLine ratios={ratios} />
      </Link>
      <ul className={css.countries}>
        {countries.map((country) => (
          <li key={country.id}>
            <StateMark state={oeeState(country.oee.ratios)} size={12} />
            <span>{country.name}</span>
            <span className="visually-hidden">{oeeWord(country.oee)}</span>
            <span className={css.small}>{percent(shownOee(country.oee.ratios))}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function AllRegions(): ReactNode {
  return (
    <Link to="/" search={{}} className={css.all}>
      {en.enterprise.allRegions}
    </Link>
  );
}

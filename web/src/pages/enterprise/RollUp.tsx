/** Regions with their countries, rolled up by summing; each opens its factory page. The map can show one region alone: that is in the address. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { EnterpriseView, GroupSummary } from "../../api/types";
import { en } from "../../texts/en";
import { factoryText } from "../../texts/factory";
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
      <Link to="/regions/$region" params={{ region: region.id }} className={css.head}>
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
            <Country country={country} />
          </li>
        ))}
      </ul>
      <Link to="/" search={chosen ? {} : { region: region.id }} className={css.filter} aria-pressed={chosen} role="button" resetScroll={false}>
        {chosen ? factoryText.rollup.all : factoryText.rollup.only}
        <span className="visually-hidden">{region.name}</span>
      </Link>
    </div>
  );
}

function Country({ country }: { country: GroupSummary }): ReactNode {
  const { ratios } = country.oee;
  return (
    <Link to="/countries/$country" params={{ country: country.id }} className={css.country}>
      <StateMark state={oeeState(ratios)} size={12} />
      <span>{country.name}</span>
      <span className="visually-hidden">{oeeWord(country.oee)}</span>
      <span className={css.small}>{percent(shownOee(ratios))}</span>
    </Link>
  );
}

export function AllRegions(): ReactNode {
  return (
    <Link to="/" search={{}} className={css.all}>
      {en.enterprise.allRegions}
    </Link>
  );
}

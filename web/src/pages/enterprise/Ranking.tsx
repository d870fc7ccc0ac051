/** Sites from the one that needs people most. The order is held while somebody points at the list, so nothing slips from under a finger. */

import { useEffect, useState, type ReactNode } from "react";

import type { EnterpriseView, SiteSummary } from "../../api/types";
import { en } from "../../texts/en";
import { FactorLine } from "../../widgets/Factors";
import { percent } from "../../widgets/format";
import { OeeSpark } from "../../widgets/OeeTrend";
import { SiteLink } from "../../widgets/SiteLink";
import { oeeState, oeeWord, shownOee } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import { worstFirst } from "./ranking";
import css from "./Ranking.module.css";

const REORDER_MS = 5_000;

export function Ranking({ plant, sites }: { plant: EnterpriseView; sites: readonly SiteSummary[] }): ReactNode {
  const [held, setHeld] = useState(false);
  const ordered = useSteadyOrder(sites, held);
  return (
    <ol
      className={css.list}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {ordered.map((site, n) => (
        // The place in the list is the key: a new order changes what a row says, and no row moves.
        <li key={n}>
          <Row site={site} country={plant.countries.find(({ id }) => id === site.country)?.name ?? site.country} />
        </li>
      ))}
    </ol>
  );
}

function Row({ site, country }: { site: SiteSummary; country: string }): ReactNode {
  const { ratios } = site.oee;
  const state = oeeState(ratios);
  return (
    <SiteLink site={site} className={css.row}>
      <span className={css.place}>
        <strong>{site.name}</strong>
        <span className={css.country}>{country}</span>
      </span>
      <OeeSpark trend={site.trend} width={112} height={32} />
      <span className={css.oee} data-state={state}>
        {percent(shownOee(ratios))}
      </span>
      <FactorLine ratios={ratios} />
      <span className={css.state}>
        <StateWord state={state} word={stateText(site)} />
      </span>
    </SiteLink>
  );
}

function stateText(site: SiteSummary): string {
  const word = oeeWord(site.oee);
  return word === en.state.partial ? en.coverage(percent(site.oee.ratios.coverage)) : word;
}

function useSteadyOrder(sites: readonly SiteSummary[], held: boolean): SiteSummary[] {
  const [order, setOrder] = useState<string[]>(() => worstFirst(sites).map(({ id }) => id));
  const [due, setDue] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setDue((n) => n + 1), REORDER_MS);
    return () => clearInterval(timer);
  }, []);
  const ids = sites
    .map(({ id }) => id)
    .sort()
    .join();
  useEffect(() => {
    if (!held) setOrder(worstFirst(sites).map(({ id }) => id));
    // Ordered anew when due, when let go and when other sites are shown; not at every change of a number.
  }, [due, held, ids]);
  const byId = new Map(sites.map((site) => [site.id, site]));
  const known = order.flatMap((id) => byId.get(id) ?? []);
  return known.length === sites.length ? known : worstFirst(sites);
}

/** What runs in a site, a country or a region: OEE now and over a time, its lines side by side, its defects, its ongoing alarms. */

import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { scopeQuery, shiftsQuery } from "../../api/queries";
import type { ScopeView } from "../../api/types";
import { useLive } from "../../live/live";
import { useRange } from "../../range/useRange";
import { factoryText } from "../../texts/factory";
import { Answer } from "../../widgets/Answer";
import { AlarmCorner } from "./AlarmCorner";
import { Defects } from "./Defects";
import { FactoryHead } from "./FactoryHead";
import css from "./FactoryPage.module.css";
import { FactorySkeleton } from "./FactorySkeleton";
import { FactorPanel } from "./FactorPanel";
import { LineTable } from "./LineTable";
import { OeePanels } from "./OeePanels";

const SEVERAL_ZONES = "UTC";

export function FactoryPage(): ReactNode {
  const { kind, id } = usePlace();
  const view = useLive(`${kind}/${id}`, scopeQuery(`${kind}:${id}`));
  return (
    <Answer query={view} what={factoryText.what[kind]} skeleton={<FactorySkeleton />}>
      {/* A page of its own for each place: nothing of the last one is left while the next comes. */}
      {(data) => <Rooms key={data.scope} view={data} />}
    </Answer>
  );
}

function Rooms({ view }: { view: ScopeView }): ReactNode {
  const only = view.sites.length === 1 ? view.sites[0] : undefined;
  const shifts = useQuery({ ...shiftsQuery(only?.id ?? ""), enabled: only !== undefined });
  // Without an answer about shifts the page still tells about every other time.
  const known = only === undefined || shifts.isError ? undefined : (shifts.data ?? null);
  const range = useRange(view.timezone ?? SEVERAL_ZONES, known);
  return (
    <div className={css.page}>
      <FactoryHead view={view} range={range} shifts={only !== undefined && known?.length !== 0} />
      <div className={css.top}>
        <OeePanels view={view} range={range} />
        <FactorPanel view={view} range={range} />
        <AlarmCorner view={view} />
      </div>
      <LineTable view={view} range={range} />
      <Defects view={view} range={range} />
    </div>
  );
}

function usePlace(): { kind: "site" | "country" | "region"; id: string } {
  const { site, country, region } = useParams({ strict: false });
  if (site !== undefined) return { kind: "site", id: site };
  return country !== undefined ? { kind: "country", id: country } : { kind: "region", id: region ?? "" };
}

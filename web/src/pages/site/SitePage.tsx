/** A site and its lines. The factory's own page grows from here. */

import { Skeleton } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { siteQuery } from "../../api/queries";
import type { LineSummary, SiteSummary } from "../../api/types";
import { useLive } from "../../live/live";
import { en } from "../../texts/en";
import { Answer, Empty } from "../../widgets/Answer";
import { OeeChart } from "../../widgets/chart/OeeChart";
import { FactorLine } from "../../widgets/Factors";
import { Gauge } from "../../widgets/Gauge";
import { OeeNow } from "../../widgets/OeeNow";
import { Panel } from "../../widgets/Panel";
import { lineState } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import { useSpanSince } from "../../widgets/Time";
import css from "./SitePage.module.css";

const CHART = 168;

export function SitePage(): ReactNode {
  const { site } = useParams({ from: "/sites/$site" });
  const view = useLive(`site/${site}`, siteQuery(site));
  return (
    <Answer query={view} what={en.error.what.site} skeleton={<SiteSkeleton />}>
      {(data) => <Rooms site={data} />}
    </Answer>
  );
}

function Rooms({ site }: { site: SiteSummary }): ReactNode {
  return (
    <div className={css.page}>
      <div className={css.oee}>
        <Panel title={`${site.name}: ${en.linePage.now}`} note={en.enterprise.mapWindow}>
          <OeeNow view={site.oee} place={site.name} zone={site.timezone} />
        </Panel>
        <Panel title={en.linePage.trend}>
          <OeeChart trend={site.trend} zone={site.timezone} height={CHART} />
        </Panel>
      </div>
      <Panel title={en.site.lines}>
        {site.lines.length === 0 ? <Empty text={en.site.noLines} /> : null}
        <ul className={css.lines}>
          {site.lines.map((line) => (
            <li key={line.line}>
              <LineCard line={line} />
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function LineCard({ line }: { line: LineSummary }): ReactNode {
  return (
    <Link to="/sites/$site/lines/$line" params={{ site: line.site, line: line.line }} className={css.line} data-line={line.line}>
      <Gauge ratios={line.oee.ratios} size={84} />
      <span className={css.words}>
        <strong>{line.name}</strong>
        <StateWord state={lineState(line.state)} word={en.line[line.state]} />
        <FactorLine ratios={line.oee.ratios} />
        <span className="quiet">{line.last_seen === null ? en.site.neverSeen : <LastSeen at={line.last_seen} />}</span>
      </span>
    </Link>
  );
}

function LastSeen({ at }: { at: string }): ReactNode {
  return <>{en.site.lastSeen(useSpanSince(at))}</>;
}

function SiteSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <div className={css.oee}>
        <Skeleton height={242} width={410} />
        <Skeleton height={242} />
      </div>
      <Skeleton height={180} />
    </div>
  );
}

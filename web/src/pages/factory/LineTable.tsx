/** The lines of a place side by side: how each is now, what it made in the chosen time, and what is wrong with it. */

import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { lineOeesQuery } from "../../api/queries";
import type { FailedStep, OeeView, ScopeLine, ScopeView } from "../../api/types";
import type { Range } from "../../range/useRange";
import { en } from "../../texts/en";
import { factoryText as text } from "../../texts/factory";
import { AlarmTally } from "../../widgets/AlarmTally";
import { Empty } from "../../widgets/Answer";
import { FactorLine } from "../../widgets/Factors";
import { count, percent } from "../../widgets/format";
import { Gauge } from "../../widgets/Gauge";
import { trendPoints } from "../../widgets/OeeTrend";
import { Panel } from "../../widgets/Panel";
import { Proxy } from "../../widgets/Proxy";
import { Sparkline } from "../../widgets/Sparkline";
import { lineState, OEE_GOOD, OEE_WATCH, oeeState, oeeWord, shownOee } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import table from "../../widgets/Table.module.css";
import { Since } from "../../widgets/Time";
import css from "./LineTable.module.css";
import { compared, type Sort } from "./order";
import type { FactorySearch } from "./search";

/** With more lines than this the rows are lower, so that they still stand together on one screen. */
const ROOMY_UP_TO = 8;
const TREND = { width: 128, range: [0.3, 1] as const, marks: [OEE_WATCH, OEE_GOOD] as const };

export function LineTable({ view, range }: { view: ScopeView; range: Range }): ReactNode {
  const over = useQuery({ ...lineOeesQuery(view.scope, range), enabled: range.ready });
  const { sort }: FactorySearch = useSearch({ strict: false });
  const dense = view.lines.length > ROOMY_UP_TO;
  return (
    <Panel title={text.linesTitle} note={text.linesNote(range.words)}>
      {view.lines.length === 0 ? (
        <Empty title={text.noLinesTitle} text={text.noLines} />
      ) : (
        <div className={table.scroll}>
          <table className={`${table.ruled} ${css.table}`} data-dense={dense} data-replaced={over.isPlaceholderData}>
            <thead>
              <tr>
                <th scope="col">{text.columns.line}</th>
                <th scope="col">{text.columns.state}</th>
                <th scope="col">{text.columns.now}</th>
                <th scope="col" className={css.roomy}>
                  {text.columns.trend}
                </th>
                <SortHead sort="oee" chosen={sort} title={text.sort.oee}>
                  {text.over(range.words)}
                </SortHead>
                <SortHead sort="rejected" chosen={sort} title={text.sort.rejected}>
                  {text.columns.rejected}
                </SortHead>
                <th scope="col">{text.columns.step}</th>
                <th scope="col">{text.columns.alarms}</th>
              </tr>
            </thead>
            <tbody>
              {compared(view.lines, over.data, sort).map(({ line, over: oee }, n) => (
                // The place is the key: a new order changes what a row says, and no row moves.
                <Row
                  key={n}
                  line={line}
                  over={oee}
                  site={view.sites.length > 1 ? line.site_name : null}
                  dense={dense}
                />
              ))}
            </tbody>
          </table>
          {over.error === null || over.data !== undefined ? null : (
            <p role="alert">
              {en.error.loading} {over.error.message}
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}

interface RowProps {
  line: ScopeLine;
  over: OeeView | undefined;
  /** Named where lines of several sites stand together. */
  site: string | null;
  dense: boolean;
}

function Row({ line, over, site, dense }: RowProps): ReactNode {
  const { summary } = line;
  const place = { site: summary.site, line: summary.line };
  return (
    <tr data-line={`${summary.site}/${summary.line}`}>
      <th scope="row">
        <Link to="/sites/$site/lines/$line" params={place} className={css.open} aria-label={site === null ? undefined : text.lineAt(summary.name, site)}>
          {summary.name}
        </Link>
        <span className={css.under}>{site === null ? line.product_name : `${site} · ${line.product_name}`}</span>
      </th>
      <td>
        <StateWord state={lineState(summary.state)} word={en.line[summary.state]} />
        <span className={css.under}>{summary.state_since === null ? null : <Since at={summary.state_since} />}</span>
      </td>
      <td>
        <Now oee={summary.oee} dense={dense} />
      </td>
      <td className={css.roomy}>
        <Sparkline points={trendPoints(line.trend)} width={TREND.width} height={dense ? 28 : 40} range={TREND.range} marks={TREND.marks} label={text.trendOf(summary.name)} />
      </td>
      <td>{over === undefined ? "–" : <Over oee={over} />}</td>
      <td data-testid="line-rejected">{over === undefined ? "–" : <Rejected oee={over} />}</td>
      <td>{summary.failed == null ? <span className="quiet">{text.noStep}</span> : <Failed failed={summary.failed} place={place} />}</td>
      <td>
        <AlarmTally alarms={summary.alarms ?? { open: 0, unacknowledged: 0, highest: null }} />
      </td>
    </tr>
  );
}

function Now({ oee, dense }: { oee: OeeView; dense: boolean }): ReactNode {
  return (
    <span className={css.now}>
      <Gauge ratios={oee.ratios} size={dense ? 44 : 60} />
      <span className={css.stack}>
        <span className={css.word}>
          <StateMark state={oeeState(oee.ratios)} size={12} />
          {oeeWord(oee)} <Proxy ratios={oee.ratios} />
        </span>
        <span className={css.roomy}>
          <FactorLine ratios={oee.ratios} />
        </span>
      </span>
    </span>
  );
}

function Over({ oee }: { oee: OeeView }): ReactNode {
  const { ratios } = oee;
  const grey = oeeState(ratios) === "nodata";
  return (
    <span className={css.stack} title={grey ? en.coverage(percent(ratios.coverage)) : undefined}>
      <span className={css.figure} data-grey={grey}>
        {percent(shownOee(ratios))}
        {grey ? <span className={css.under}>{oeeWord(oee)}</span> : null}
        <Proxy ratios={ratios} />
      </span>
      <FactorLine ratios={ratios} />
    </span>
  );
}

function Rejected({ oee }: { oee: OeeView }): ReactNode {
  const { sq, rq, pq, uq } = oee.components;
  const judged = pq - uq;
  return (
    <>
      <span className={css.figure}>{count(sq + rq)}</span>
      <span className={css.under}>{judged > 0 ? text.share(percent((sq + rq) / judged)) : text.noneJudged}</span>
    </>
  );
}

function Failed({ failed, place }: { failed: FailedStep; place: { site: string; line: string } }): ReactNode {
  return (
    <Link to="/sites/$site/lines/$line" params={place} search={{ step: failed.step }} className={css.failed} data-step={failed.step}>
      <StateWord state="act" word={failed.step_name} />
      <span className={css.under}>{text.failed(failed.defects, failed.of)}</span>
    </Link>
  );
}

interface SortProps {
  sort: Sort;
  chosen: Sort | undefined;
  title: string;
  children: string;
}

/** A heading that orders the lines, and back again. */
function SortHead({ sort, chosen, title, children }: SortProps): ReactNode {
  const on = sort === chosen;
  const search = (old: Record<string, unknown>): Record<string, unknown> => {
    const { sort: _sort, ...rest } = old;
    return on ? rest : { ...rest, sort };
  };
  return (
    <th scope="col" aria-sort={on ? (sort === "oee" ? "ascending" : "descending") : "none"}>
      <Link to="." search={search as never} replace resetScroll={false} className={css.sort} title={on ? text.sort.plant : title} data-sort={sort}>
        {children}
        <span aria-hidden="true">{on ? (sort === "oee" ? "▲" : "▼") : "↕"}</span>
      </Link>
    </th>
  );
}

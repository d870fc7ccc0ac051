/** OEE over the chosen time with its factors, each of which can be switched off; the choice is in the address. */

import { Skeleton, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import { oeeQuery } from "../../api/queries";
import type { FactorPoint, OeeSeries, ScopeView } from "../../api/types";
import type { Range } from "../../range/useRange";
import { factoryText } from "../../texts/factory";
import { FactorChart } from "../../widgets/chart/FactorChart";
import { STROKES } from "../../widgets/chart/strokes";
import { Panel } from "../../widgets/Panel";
import css from "./FactorPanel.module.css";
import { Part } from "./Part";
import { SERIES, seriesOff, spell, type Series } from "./search";

const text = factoryText.chart;
const HEIGHT = 372;
const SAMPLE = 28;

export function FactorPanel({ view, range }: { view: ScopeView; range: Range }): ReactNode {
  const search: { off?: string } = useSearch({ strict: false });
  const off = useMemo(() => seriesOff(search.off), [search.off]);
  // The last hour comes with the view, and lives with it.
  const series = useQuery({ ...oeeQuery(view.scope, range.bin, range), enabled: range.ready && !range.live });
  return (
    <Panel title={text.title(range.words)} note={text.note(factoryText.bins[range.bin])} aside={<Switches off={off} />} className={css.panel}>
      {range.live ? (
        <Curves points={view.trend} off={off} range={range} />
      ) : (
        <Part query={series} height={HEIGHT} skeleton={<Skeleton height={HEIGHT} />}>
          {(data) => <Stored series={data} off={off} range={range} />}
        </Part>
      )}
    </Panel>
  );
}

function Stored({ series, off, range }: { series: OeeSeries; off: ReadonlySet<Series>; range: Range }): ReactNode {
  const points = useMemo(() => pointsOf(series), [series]);
  return <Curves points={points} off={off} range={range} />;
}

function Curves({ points, off, range }: { points: readonly FactorPoint[]; off: ReadonlySet<Series>; range: Range }): ReactNode {
  if (points.length === 0) {
    return (
      <p className="quiet" style={{ minHeight: HEIGHT }}>
        {text.empty}
      </p>
    );
  }
  return <FactorChart points={points} off={off} zone={range.zone} height={HEIGHT} label={text.title(range.words)} />;
}

function Switches({ off }: { off: ReadonlySet<Series> }): ReactNode {
  const navigate = useNavigate();
  const turn = (series: Series): void => {
    const next = new Set(off);
    if (!next.delete(series)) next.add(series);
    const search = (old: Record<string, unknown>): Record<string, unknown> => {
      const { off: _off, ...rest } = old;
      const spelt = spell(next);
      return spelt === undefined ? rest : { ...rest, off: spelt };
    };
    void navigate({ to: ".", search: search as never, replace: true, resetScroll: false });
  };
  return (
    <div className={css.switches} role="group" aria-label={text.switches}>
      {SERIES.map((series) => (
        <UnstyledButton key={series} className={css.switch} aria-pressed={!off.has(series)} onClick={() => turn(series)} data-series={series}>
          <Stroke series={series} />
          {text.series[series]}
        </UnstyledButton>
      ))}
    </div>
  );
}

/** The curve's stroke, as the chart draws it. */
function Stroke({ series }: { series: Series }): ReactNode {
  const { width, dash } = STROKES[series];
  return (
    <svg className={css.stroke} width={SAMPLE} height="10" viewBox={`0 0 ${SAMPLE} 10`} aria-hidden="true">
      <path d={`M0 5H${SAMPLE}`} strokeWidth={width} strokeDasharray={dash === "solid" ? undefined : dash.join(" ")} />
    </svg>
  );
}

function pointsOf(series: OeeSeries): FactorPoint[] {
  return series.bins.map(({ start, ratios }) => ({
    at: start,
    availability: ratios.availability,
    performance: ratios.performance,
    quality: ratios.quality,
    oee: ratios.oee,
    coverage: ratios.coverage,
  }));
}

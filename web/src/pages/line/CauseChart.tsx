/** The plot that says why: the value, its normal range, and the moments when rejected products were there. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { ReadingSeries } from "../../api/types";
import { en } from "../../texts/en";
import { TagChart, type Measured } from "../../widgets/chart/TagChart";
import css from "./CauseChart.module.css";

interface Props {
  title: string;
  /** Stands beside the title. */
  aside: ReactNode;
  history: UseQueryResult<ReadingSeries>;
  limits: Measured;
  moments: readonly number[];
  zone: string;
  height: number;
  /** Stands below the plot. */
  children?: ReactNode;
}

export function CauseChart({ title, aside, history, limits, moments, zone, height, children }: Props): ReactNode {
  const points = history.data?.points ?? [];
  return (
    <figure className={css.chart}>
      <figcaption>
        <strong>{title}</strong>
        {aside}
      </figcaption>
      <div style={{ height }}>
        {history.error === null ? null : <p className="quiet">{`${en.error.loading} ${history.error.message}`}</p>}
        {history.isSuccess && points.length === 0 ? <p className="quiet">{en.linePage.noHistory}</p> : null}
        {points.length === 0 ? null : <TagChart tag={limits} points={points} moments={moments} zone={zone} height={height} label={title} />}
      </div>
      {children}
    </figure>
  );
}

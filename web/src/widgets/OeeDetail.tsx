/** Opens what an OEE is made of: components, ratios, bounds. */

import { Popover, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import type { OeeView } from "../api/types";
import { en } from "../texts/en";
import { factoryText } from "../texts/factory";
import { count, dayMonth, duration, hourMinute, percent } from "./format";
import css from "./OeeDetail.module.css";
import { isProxy } from "./Proxy";

const DAY_MS = 86_400_000;

interface Props {
  view: OeeView;
  place: string;
  zone?: string | undefined;
  children: ReactNode;
}

export function OeeDetail({ view, place, zone, children }: Props): ReactNode {
  return (
    <Popover width={340} position="bottom-start" shadow="md" withArrow trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={css.target} title={en.oeeDetail.title}>
          {children}
          <span className="visually-hidden">{en.oeeDetail.open(place)}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={css.box}>
        <Parts view={view} zone={zone} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Parts({ view, zone }: { view: OeeView; zone: string | undefined }): ReactNode {
  const { components: c, ratios: r } = view;
  const text = en.oeeDetail;
  return (
    <>
      <h3 className={css.title}>{text.title}</h3>
      <p className={css.window}>{windowWords(Date.parse(view.start), Date.parse(view.end), zone)}</p>
      <Rows
        rows={[
          [text.planned, duration(c.planned_us)],
          [text.run, duration(c.run_us)],
          [text.down, duration(c.down_us)],
          [text.nodata, duration(c.nodata_us)],
          [text.ideal, duration(c.ideal_us)],
          [text.good, duration(c.good_us)],
        ]}
      />
      <Rows
        rows={[
          [text.products, count(c.pq)],
          [text.goodCount, count(c.gq)],
          [text.scrap, count(c.sq)],
          [text.notJudged, count(c.uq)],
        ]}
      />
      <Rows
        rows={[
          [text.availability, percent(r.availability)],
          [text.performance, percent(r.performance)],
          [text.quality, percent(r.quality)],
          [text.oee, percent(r.oee)],
          [text.qualityByCount, percent(r.quality_by_count)],
          [en.coverage(""), percent(r.coverage)],
          [text.known, percent(r.oee_known)],
          [text.boundsLabel, `${percent(r.oee_low)} – ${percent(r.oee_high)}`],
        ]}
      />
      {r.flags.includes("PERF_GT_100") ? <p className={css.flag}>{text.capped}</p> : null}
      {r.flags.includes("UNRATED") ? <p className={css.flag}>{factoryText.unrated}</p> : null}
      {isProxy(r) ? (
        <p className={css.flag}>
          <strong>{factoryText.proxy.mark}</strong>: {factoryText.proxy.why}
        </p>
      ) : null}
    </>
  );
}

/** With the day where the clock alone does not say which. */
function windowWords(start: number, end: number, zone: string | undefined): string {
  const words = end - start < DAY_MS ? hourMinute : (at: number, place: string | undefined): string => `${dayMonth(at, place)} ${hourMinute(at, place)}`;
  return en.enterprise.window(words(start, zone), words(end, zone));
}

function Rows({ rows }: { rows: [string, string][] }): ReactNode {
  return (
    <dl className={css.rows}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Which place this is, how many of its lines run, what it made in the chosen time, and the choice itself. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { oeeQuery } from "../../api/queries";
import type { ScopeView } from "../../api/types";
import { RangePicker } from "../../range/RangePicker";
import type { Range } from "../../range/useRange";
import { factoryText as text } from "../../texts/factory";
import { count } from "../../widgets/format";
import head from "../../widgets/Head.module.css";
import css from "./FactoryHead.module.css";

interface Props {
  view: ScopeView;
  range: Range;
  shifts: boolean;
}

export function FactoryHead({ view, range, shifts }: Props): ReactNode {
  const running = view.lines.filter(({ summary }) => summary.state === "RUNNING").length;
  return (
    <section className={`${head.head} ${css.head}`} aria-label={view.name}>
      <div className={head.title}>
        <h1>{view.name}</h1>
        <span className="quiet">{about(view)}</span>
      </div>
      <dl className={css.facts}>
        <div>
          <dt>{text.running}</dt>
          <dd>{text.of(count(running), count(view.lines.length))}</dd>
        </div>
        <Made view={view} range={range} />
      </dl>
      <div className={css.range}>
        <RangePicker range={range} shifts={shifts} />
      </div>
    </section>
  );
}

function Made({ view, range }: { view: ScopeView; range: Range }): ReactNode {
  const total = useQuery({ ...oeeQuery(view.scope, "total", range), enabled: range.ready });
  const made = total.data?.bins[0]?.components;
  return (
    <>
      <div>
        <dt>{text.good(range.words)}</dt>
        <dd data-testid="good">{made === undefined ? "–" : text.of(count(made.gq), count(made.pq))}</dd>
      </div>
      <div>
        <dt>{text.rejected(range.words)}</dt>
        <dd data-testid="rejected">{made === undefined ? "–" : count(made.sq + made.rq)}</dd>
      </div>
    </>
  );
}

function about(view: ScopeView): string {
  const sites = view.kind === "site" ? [] : [text.sites(view.sites.length)];
  return [text.kinds[view.kind] ?? view.kind, ...sites, text.lines(view.lines.length), view.timezone ?? text.zones].join(" · ");
}

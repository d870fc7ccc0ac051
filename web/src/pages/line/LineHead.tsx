/** What runs here, in which state since when, and what it made today. */

import type { ReactNode } from "react";

import type { LineView } from "../../api/types";
import { en } from "../../texts/en";
import { count, fixed } from "../../widgets/format";
import { lineState, type State } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import { Age, Since } from "../../widgets/Time";
import css from "./LinePage.module.css";

const COUNTS: [key: string, state: State][] = [
  ["passed", "good"],
  ["rejected", "act"],
  ["explained", "nodata"],
];

export function LineHead({ line }: { line: LineView }): ReactNode {
  return (
    <section className={css.head} aria-label={line.name}>
      <div className={css.title}>
        <h1>{line.name}</h1>
        <span className="quiet">
          {line.site_name} · {line.product_name}
        </span>
      </div>
      <div className={css.state}>
        <StateWord strong state={lineState(line.state)} word={en.line[line.state]} />
        <span className="quiet">
          {line.state_reason === null ? null : `${line.state_reason}, `}
          {line.state_since === null ? null : <Since at={line.state_since} />}
        </span>
      </div>
      <div className={css.title}>
        <span className="quiet">{en.linePage.lastSign}</span>
        <strong data-testid="last-seen">{line.last_seen === null ? en.site.neverSeen : <Age at={line.last_seen} />}</strong>
      </div>
      <dl className={css.facts} aria-label={en.linePage.todayNote} title={en.linePage.todayNote}>
        {COUNTS.map(([key, state]) => (
          <div key={key}>
            <dt>
              <StateMark state={state} size={12} />
              {en.counts[key]}
            </dt>
            <dd data-count={key}>{count(line.counts[key] ?? 0)}</dd>
          </div>
        ))}
        <div>
          <dt>{en.linePage.belt}</dt>
          <dd>
            {line.belt_speed_mps === null ? "–" : fixed(line.belt_speed_mps, 2)} <small>m/s</small>
          </dd>
        </div>
      </dl>
    </section>
  );
}

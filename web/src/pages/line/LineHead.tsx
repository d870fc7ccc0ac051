/** What runs here, in which state since when, and what it made today. */

import type { ReactNode } from "react";

import type { LineView } from "../../api/types";
import { en } from "../../texts/en";
import { count, fixed, wholePercent } from "../../widgets/format";
import head from "../../widgets/Head.module.css";
import { lineState, oeeState, shownOee, type State } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import { Age, Since } from "../../widgets/Time";
import css from "./LinePage.module.css";
import { EnterButton } from "./TodaysEvents";

const COUNTS: [key: string, state: State][] = [
  ["passed", "good"],
  ["rejected", "act"],
  ["explained", "nodata"],
];

export function LineHead({ line, enter }: { line: LineView; enter: () => void }): ReactNode {
  const moves = line.belt_speed_mps !== null || line.steps.some(({ tags }) => tags.length > 0);
  return (
    <section className={`${head.head} ${css.head}`} aria-label={line.name}>
      <div className={head.title}>
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
      <div className={head.title}>
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
        {moves ? (
          <div>
            <dt>{en.linePage.belt}</dt>
            <dd>
              {line.belt_speed_mps === null ? "–" : fixed(line.belt_speed_mps, 2)} <small>m/s</small>
            </dd>
          </div>
        ) : null}
        <div>
          <dt>
            <StateMark state={oeeState(line.oee.ratios)} size={12} />
            {en.linePage.now}
          </dt>
          <dd data-testid="head-oee">{wholePercent(shownOee(line.oee.ratios))}</dd>
        </div>
      </dl>
      <EnterButton enter={enter} />
    </section>
  );
}

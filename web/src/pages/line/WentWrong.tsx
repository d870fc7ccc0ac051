/** Which step failed and why it is thought so; or that nothing is known. Its place is always kept, so that nothing moves when a step fails. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import { readingsQuery } from "../../api/queries";
import type { FailedStep, LineView } from "../../api/types";
import { lineText } from "../../texts/line";
import { Panel } from "../../widgets/Panel";
import rows from "../../widgets/Rows.module.css";
import { StateMark } from "../../widgets/StateMark";
import { Age, Time } from "../../widgets/Time";
import { CauseChart } from "./CauseChart";
import { CauseValue, limitsOf, MomentMark } from "./CauseValue";
import { Unblamed } from "./Unblamed";
import { useMoments } from "./useMoments";
import css from "./WentWrong.module.css";

const text = lineText.failed;
const MINUTES = 15;
const BIN = "10s";
const HEIGHT = 232;
const NONE: readonly number[] = [];

export function WentWrong({ line, className }: { line: LineView; className?: string | undefined }): ReactNode {
  const failed = line.failed ?? null;
  return (
    <Panel id="went-wrong" title={text.title} note={text.note} className={className}>
      {failed === null ? <Unblamed line={line} /> : <Blamed line={line} failed={failed} />}
    </Panel>
  );
}

function Blamed({ line, failed }: { line: LineView; failed: FailedStep }): ReactNode {
  const nowhere = failed.of - failed.defects;
  return (
    <div className={css.blamed} data-testid="went-wrong">
      <div className={css.facts}>
        <p className={css.step} data-state="act">
          <StateMark state="act" size={24} />
          <span>
            <strong>{failed.step_name}</strong>
            {failed.tag_name}
          </span>
        </p>
        <Facts line={line} failed={failed} />
        {nowhere === 0 ? null : <p className="quiet">{text.beside(nowhere)}</p>}
      </div>
      {failed.tag === null ? null : <Why line={line} failed={failed} tag={failed.tag} />}
    </div>
  );
}

function Facts({ line, failed }: { line: LineView; failed: FailedStep }): ReactNode {
  const names = failed.labels.map((label) => line.defects.find((defect) => defect.label === label)?.name ?? label);
  return (
    <dl className={`${rows.rows} ${css.rows}`}>
      <div>
        <dt>{text.facts.value}</dt>
        <dd>
          <CauseValue cause={failed.cause} />
          <span className="quiet">
            {text.whenThere} <Time at={failed.cause.at} zone={line.timezone} />
          </span>
        </dd>
      </div>
      <div>
        <dt>{text.facts.products}</dt>
        <dd>
          {lineText.failed.points(failed.defects, failed.of)}, <Age at={failed.last_at} />
        </dd>
      </div>
      <div>
        <dt>{text.facts.since}</dt>
        <dd>
          <Time at={failed.first_at} zone={line.timezone} />
        </dd>
      </div>
      <div>
        <dt>{text.facts.labels}</dt>
        <dd>{names.join(", ")}</dd>
      </div>
      <div>
        <dt>{text.facts.last}</dt>
        <dd>
          <Link to="/sites/$site/products/$product" params={{ site: line.site, product: failed.last_product }}>
            {text.openLast(failed.last_product)}
          </Link>
        </dd>
      </div>
    </dl>
  );
}

function Why({ line, failed, tag }: { line: LineView; failed: FailedStep; tag: string }): ReactNode {
  const history = useQuery(readingsQuery(line.site, line.line, tag, MINUTES, BIN));
  const moments = useMoments(line, failed);
  const { normal_low, normal_high, unit } = limitsOf(failed.cause);
  // A live view comes five times a second with equal limits: the plot is drawn anew only when something in it changed.
  const limits = useMemo(() => ({ normal_low, normal_high, design_max: null, unit }), [normal_low, normal_high, unit]);
  const title = text.chart(failed.tag_name ?? tag, MINUTES);
  const link = (
    <Link from="/sites/$site/lines/$line" to="/sites/$site/lines/$line" search={{ step: failed.step, tag }} hash="values">
      {text.openTag}
    </Link>
  );
  return (
    <CauseChart title={title} aside={link} history={history} limits={limits} moments={moments ?? NONE} zone={line.timezone} height={HEIGHT}>
      <p className={css.legend}>
        <MomentMark /> {moments === null ? text.noMoments : text.moments(moments.length)}
      </p>
    </CauseChart>
  );
}

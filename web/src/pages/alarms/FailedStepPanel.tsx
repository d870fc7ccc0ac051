/** The step that failed: its reading against the normal range, and the curve that shows why. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import { readingsBetween, type Period } from "../../api/alarms";
import type { AlarmView, FailedStep, LineView, TagView } from "../../api/types";
import { alarms } from "../../texts/alarms";
import { en } from "../../texts/en";
import { Empty } from "../../widgets/Answer";
import { TagChart } from "../../widgets/chart/TagChart";
import { count, tagValue } from "../../widgets/format";
import { Icon } from "../../widgets/Icon";
import { Panel } from "../../widgets/Panel";
import { RangeBar, rangeText, scaleNumber, type Limits } from "../../widgets/RangeBar";
import { StateMark } from "../../widgets/StateMark";
import { Time } from "../../widgets/Time";
import css from "./IncidentPage.module.css";
import { around, binFor } from "./window";

const text = alarms.incident;
const CHART_PX = 240;

interface Props {
  alarm: AlarmView;
  line: LineView | undefined;
}

export function FailedStepPanel({ alarm, line }: Props): ReactNode {
  const { cause } = alarm;
  const step = cause?.step ?? alarm.step;
  const tag = cause?.tag ?? alarm.tag;
  const note = cause === null ? undefined : text.failedNote(count(cause.defects), count(cause.of));
  return (
    <Panel title={cause === null && alarm.tag !== null ? text.tagOnly : text.failedStep} note={note} aside={step === null ? null : <ToStep alarm={alarm} step={step} tag={tag} line={line} />}>
      {cause === null ? null : <CauseLine cause={cause} zone={alarm.timezone} />}
      {step === null ? <Empty text={text.noCause} /> : null}
      {tag === null ? null : <Curve alarm={alarm} tag={tag} line={line} />}
    </Panel>
  );
}

function ToStep({ alarm, step, tag, line }: Props & { step: string; tag: string | null }): ReactNode {
  const name = alarm.cause?.step_name ?? line?.steps.find(({ id }) => id === step)?.name ?? step;
  return (
    <Link
      to="/sites/$site/lines/$line"
      params={{ site: alarm.site, line: alarm.line }}
      search={tag === null ? { step } : { step, tag }}
      hash="values"
      className={css.toStep}
      data-secondary
      data-testid="to-step"
    >
      {text.toStep(name)}
      <Icon name="arrow" size={18} />
    </Link>
  );
}

/** "Lubrication: lubricant pressure 3.91 bar, normal 4.40 to 5.60" as figure and bar. */
function CauseLine({ cause: failed, zone }: { cause: FailedStep; zone: string }): ReactNode {
  const { cause } = failed;
  const limits: Limits = { normal_low: cause.normal_low ?? null, normal_high: cause.normal_high ?? null, design_max: null };
  const scale = scaleNumber(limits, cause.value);
  return (
    <div className={css.cause}>
      <strong className={css.step} data-state="act" data-testid="failed-step">
        <StateMark state="act" size={18} />
        {failed.step_name}
      </strong>
      {cause.tag_name == null ? null : (
        <dl className={css.facts}>
          <div>
            <dt>{cause.tag_name}</dt>
            <dd>
              {tagValue(cause.value ?? null, scale)} <small>{cause.unit}</small>
            </dd>
          </div>
          <div>
            <dt>{text.normal}</dt>
            <dd>
              {rangeText(limits, scale)} <small>{cause.unit}</small>
            </dd>
          </div>
          <div>
            <dt>{text.at}</dt>
            <dd>
              <Time at={cause.at} zone={zone} />
            </dd>
          </div>
        </dl>
      )}
      {cause.tag_name == null ? null : <RangeBar value={cause.value ?? null} limits={limits} state="act" />}
      {cause.event == null ? null : (
        <p className={css.entered}>
          <span>{text.entered}</span>
          {cause.event}
        </p>
      )}
    </div>
  );
}

function Curve({ alarm, tag, line }: Props & { tag: string }): ReactNode {
  const view = line?.steps.flatMap(({ tags }) => tags).find(({ key }) => key === tag);
  // While it is open the curve's end follows by the minute.
  const period = useMemo(() => around(alarm.raised_at, alarm.cleared_at, Date.now()), [alarm]);
  return (
    <div className={css.chart} style={{ minHeight: CHART_PX + 36 }}>
      {view === undefined ? <p className="quiet">{text.chartWait}</p> : <Readings alarm={alarm} view={view} period={period} />}
    </div>
  );
}

function Readings({ alarm, view, period }: { alarm: AlarmView; view: TagView; period: Period }): ReactNode {
  const history = useQuery(readingsBetween(alarm.site, alarm.line, view.key, period, binFor(period)));
  const title = text.chart(view.name);
  return (
    <>
      <h3>{title}</h3>
      {history.error === null ? null : <p className="quiet">{`${en.error.loading} ${history.error.message}`}</p>}
      {history.data === undefined ? null : history.data.points.length === 0 ? (
        <p className="quiet">{text.noReadings}</p>
      ) : (
        <TagChart tag={view} points={history.data.points} zone={alarm.timezone} height={CHART_PX} label={title} />
      )}
    </>
  );
}

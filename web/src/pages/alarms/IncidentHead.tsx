/** The alarm in a sentence, how it went so far, and what can be done. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { AlarmView } from "../../api/types";
import { alarms } from "../../texts/alarms";
import { day, span } from "../../widgets/format";
import { severityState } from "../../widgets/severity";
import { SeverityWord } from "../../widgets/SeverityMark";
import { StateMark } from "../../widgets/StateMark";
import { Time, useSpanSince } from "../../widgets/Time";
import { AlarmActions } from "./AlarmActions";
import css from "./IncidentPage.module.css";

const text = alarms.incident;

export function IncidentHead({ alarm }: { alarm: AlarmView }): ReactNode {
  return (
    <section className={css.head} data-state={severityState(alarm.severity)}>
      <div className={css.words}>
        <span className={css.severity}>
          <SeverityWord severity={alarm.severity} size={20} />
          {alarm.cleared_at === null ? <OpenFor at={alarm.raised_at} /> : <span>{text.lasted(span(Date.parse(alarm.cleared_at) - Date.parse(alarm.raised_at)))}</span>}
        </span>
        <h1 tabIndex={-1} data-opens={alarm.id}>
          {alarm.text}
        </h1>
        <p className={css.place}>
          <Link to="/sites/$site" params={{ site: alarm.site }}>
            {alarm.site_name}
          </Link>
          {" › "}
          <Link to="/sites/$site/lines/$line" params={{ site: alarm.site, line: alarm.line }}>
            {alarm.line_name}
          </Link>
          {` · ${text.rule}: ${alarm.rule_name}`}
          {alarm.assignee === null ? null : ` · ${alarms.row.assigned(alarm.assignee)}`}
        </p>
        {alarm.stale ? (
          <p className={css.stale}>
            <StateMark state="nodata" />
            {alarms.row.stale}
          </p>
        ) : null}
      </div>
      <Path alarm={alarm} />
      <div className={css.actions}>
        <AlarmActions alarm={alarm} withoutComment />
        <Link to="/alarms" className={css.back} data-secondary>
          {text.back}
        </Link>
      </div>
    </section>
  );
}

function OpenFor({ at }: { at: string }): ReactNode {
  return <strong data-testid="alarm-age">{text.openFor(useSpanSince(at))}</strong>;
}

/** raised → acknowledged → cleared; what has not happened is dashed. */
function Path({ alarm }: { alarm: AlarmView }): ReactNode {
  const { timezone: zone } = alarm;
  const cleared = alarm.cleared_by === null ? text.itself : text.by(alarm.cleared_by);
  return (
    <ol className={css.path} aria-label={text.path}>
      <Station name={text.raised} at={alarm.raised_at} who={null} zone={zone} />
      <Station name={text.acknowledged} at={alarm.acknowledged_at} who={alarm.acknowledged_by === null ? null : text.by(alarm.acknowledged_by)} zone={zone} />
      <Station name={text.cleared} at={alarm.cleared_at} who={cleared} zone={zone} />
    </ol>
  );
}

interface StationProps {
  name: string;
  at: string | null;
  who: string | null;
  zone: string;
}

function Station({ name, at, who, zone }: StationProps): ReactNode {
  return (
    <li className={css.station} data-reached={at !== null}>
      <strong>{name}</strong>
      {at === null ? (
        <span>{text.notYet}</span>
      ) : (
        <span>
          <Time at={at} zone={zone} />
          {`, ${day(Date.parse(at), zone)}`}
        </span>
      )}
      <span>{at === null ? null : who}</span>
    </li>
  );
}

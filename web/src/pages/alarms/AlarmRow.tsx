/** One alarm in a list: how bad, what, where, since when, who cares for it, and what can be done. */

import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";

import type { AlarmView } from "../../api/types";
import { alarms as text } from "../../texts/alarms";
import { span } from "../../widgets/format";
import { severityState } from "../../widgets/severity";
import { SeverityWord } from "../../widgets/SeverityMark";
import { StateMark } from "../../widgets/StateMark";
import { Age, Time } from "../../widgets/Time";
import { AlarmActions } from "./AlarmActions";
import css from "./AlarmRow.module.css";

interface Props {
  alarm: AlarmView;
  chosen: boolean;
  /** A click or the focus chooses a row. */
  choose: (alarm: number) => void;
}

export const AlarmRow = memo(function AlarmRow({ alarm, chosen, choose }: Props): ReactNode {
  return (
    <li
      className={css.row}
      data-alarm={alarm.id}
      data-state={severityState(alarm.severity)}
      data-acknowledged={alarm.acknowledged_at !== null}
      data-chosen={chosen}
      onFocus={() => choose(alarm.id)}
      onPointerDown={() => choose(alarm.id)}
    >
      <span className={css.severity}>
        <SeverityWord severity={alarm.severity} />
        <span className={css.age}>
          {alarm.cleared_at === null ? <Age at={alarm.raised_at} /> : <Time at={alarm.raised_at} zone={alarm.timezone} />}
        </span>
      </span>
      <What alarm={alarm} />
      <People alarm={alarm} />
      <AlarmActions alarm={alarm} />
    </li>
  );
});

function What({ alarm }: { alarm: AlarmView }): ReactNode {
  return (
    <span className={css.what}>
      <Link to="/alarms/$alarm" params={{ alarm: String(alarm.id) }} className={css.text} data-opens={alarm.id}>
        {alarm.text}
      </Link>
      <span className={css.place}>
        {alarm.site_name} › {alarm.line_name}
        {alarm.cause === null ? null : <Failed cause={alarm.cause} />}
      </span>
      {alarm.stale ? (
        <span className={css.stale}>
          <StateMark state="nodata" size={13} />
          {text.row.stale}
        </span>
      ) : null}
    </span>
  );
}

function Failed({ cause }: { cause: NonNullable<AlarmView["cause"]> }): ReactNode {
  return (
    <>
      {" · "}
      <strong>{text.row.failed(cause.step_name)}</strong>
      {cause.tag_name === null ? null : ` ${text.row.because(cause.tag_name)}`}
    </>
  );
}

function People({ alarm }: { alarm: AlarmView }): ReactNode {
  return (
    <span className={css.people}>
      <span data-testid="acknowledged">{alarm.acknowledged_at === null ? <strong>{text.row.unacknowledged}</strong> : text.row.acknowledged(alarm.acknowledged_by ?? text.do.somebody)}</span>
      {alarm.cleared_at === null ? (
        <span data-testid="assignee">{alarm.assignee === null ? text.row.unassigned : text.row.assigned(alarm.assignee)}</span>
      ) : (
        <span>{ended(alarm, alarm.cleared_at)}</span>
      )}
      {alarm.comments === 0 ? null : <span data-testid="comments">{text.row.comments(alarm.comments)}</span>}
    </span>
  );
}

export function ended(alarm: AlarmView, at: string): string {
  const who = alarm.cleared_by === null ? text.row.clearedItself : text.row.clearedBy(alarm.cleared_by);
  return `${who} ${text.row.lasted(span(Date.parse(at) - Date.parse(alarm.raised_at)))}`;
}

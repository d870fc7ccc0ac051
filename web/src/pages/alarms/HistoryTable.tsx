import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { AlarmView } from "../../api/types";
import { alarms as text } from "../../texts/alarms";
import { day } from "../../widgets/format";
import { SeverityWord } from "../../widgets/SeverityMark";
import table from "../../widgets/Table.module.css";
import { Time } from "../../widgets/Time";
import { ended } from "./AlarmRow";
import css from "./AlarmsPage.module.css";

export function HistoryTable({ alarms }: { alarms: readonly AlarmView[] }): ReactNode {
  const { columns } = text.row;
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${css.history}`}>
        <thead>
          <tr>
            {[columns.severity, columns.text, columns.place, columns.raised, columns.ended, columns.people].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <Row key={alarm.id} alarm={alarm} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ alarm }: { alarm: AlarmView }): ReactNode {
  const zone = alarm.timezone;
  return (
    <tr data-history={alarm.id}>
      <td>
        <SeverityWord severity={alarm.severity} />
      </td>
      <th scope="row" className={css.sentence}>
        <Link to="/alarms/$alarm" params={{ alarm: String(alarm.id) }}>
          {alarm.text}
        </Link>
      </th>
      <td>
        <span className={css.stacked}>
          {alarm.site_name}
          <span>{alarm.line_name}</span>
        </span>
      </td>
      <td>
        <span className={css.stacked}>
          <Time at={alarm.raised_at} zone={zone} />
          <span>{day(Date.parse(alarm.raised_at), zone)}</span>
        </span>
      </td>
      <td>
        <span className={css.stacked}>
          {alarm.cleared_at === null ? text.page.open : <Time at={alarm.cleared_at} zone={zone} />}
          {alarm.cleared_at === null ? null : <span>{ended(alarm, alarm.cleared_at)}</span>}
        </span>
      </td>
      <td>
        <span className={css.stacked}>
          {alarm.acknowledged_at === null ? text.row.unacknowledged : text.row.acknowledged(alarm.acknowledged_by ?? text.do.somebody)}
          {alarm.assignee === null ? null : <span>{text.row.assigned(alarm.assignee)}</span>}
        </span>
      </td>
    </tr>
  );
}

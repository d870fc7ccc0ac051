/** Who did what and when, and a place to say something. */

import type { ReactNode } from "react";

import type { AlarmDossier, AlarmEvent } from "../../api/types";
import { alarms as text } from "../../texts/alarms";
import { day, zoneName } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import { Time } from "../../widgets/Time";
import { CommentBox } from "./CommentBox";
import { useDeeds } from "./deeds";
import css from "./IncidentPage.module.css";

export function Timeline({ dossier }: { dossier: AlarmDossier }): ReactNode {
  const { alarm, events } = dossier;
  const { doIt, busy } = useDeeds(alarm);
  const zone = alarm.timezone;
  return (
    <Panel title={text.incident.timeline} note={text.incident.timelineNote(zoneName(Date.parse(alarm.raised_at), zone))} className={css.timeline}>
      <ol className={css.events} data-testid="timeline">
        {events.map((event, n) => (
          // Events are only added: their place is their name.
          <Event key={n} event={event} before={events[n - 1]} zone={zone} />
        ))}
        {events.length === 0 ? <li className="quiet">{text.empty.events}</li> : null}
      </ol>
      <CommentBox doIt={doIt} busy={busy === "comment"} byKey />
    </Panel>
  );
}

function Event({ event, before, zone }: { event: AlarmEvent; before: AlarmEvent | undefined; zone: string }): ReactNode {
  const date = day(Date.parse(event.at), zone);
  const isNewDay = before === undefined || day(Date.parse(before.at), zone) !== date;
  return (
    <li className={css.event} data-kind={event.kind}>
      <span className={css.when}>
        <Time at={event.at} zone={zone} />
        {isNewDay ? <span>{date}</span> : null}
      </span>
      <span>
        <strong>{event.person ?? text.incident.system}</strong> {text.kind[event.kind]}
        {event.text === "" ? null : <span className={css.said}>{event.text}</span>}
      </span>
    </li>
  );
}

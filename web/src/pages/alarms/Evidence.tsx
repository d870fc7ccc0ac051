/** What the rule saw at the tick that raised the alarm, as it was kept. */

import type { ReactNode } from "react";

import type { AlarmDossier, LineView } from "../../api/types";
import { alarms as text } from "../../texts/alarms";
import { Empty } from "../../widgets/Answer";
import { digitsFor, fixed, percent } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import { Time } from "../../widgets/Time";
import css from "./IncidentPage.module.css";

type Seen = AlarmDossier["evidence"][string];

/** Shares of one: shown in per cent. */
const SHARES = new Set(["quality", "threshold", "clear_threshold", "clears_at"]);
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

export function Evidence({ dossier, line }: { dossier: AlarmDossier; line: LineView | undefined }): ReactNode {
  const seen = Object.entries(dossier.evidence);
  const { alarm } = dossier;
  return (
    <Panel title={text.incident.evidence} note={text.incident.evidenceNote}>
      {seen.length === 0 ? <Empty text={text.empty.evidence} /> : null}
      <dl className={css.rows}>
        {seen.map(([name, value]) => (
          <div key={name}>
            <dt>{text.evidence[name] ?? name.replaceAll("_", " ")}</dt>
            <dd data-evidence={name}>{shown(name, value, alarm.timezone, line)}</dd>
          </div>
        ))}
        <div>
          <dt>{text.incident.source}</dt>
          <dd className={css.mono}>{alarm.source}</dd>
        </div>
      </dl>
    </Panel>
  );
}

function shown(name: string, value: Seen, zone: string, line: LineView | undefined): ReactNode {
  if (value === null) return "–";
  if (typeof value === "string") return INSTANT.test(value) ? <Time at={value} zone={zone} /> : nameOf(value, line);
  if (SHARES.has(name)) return percent(value);
  return Number.isInteger(value) ? fixed(value, 0) : fixed(value, digitsFor(value));
}

/** A tag by its name, where the line knows it. */
function nameOf(value: string, line: LineView | undefined): string {
  return line?.steps.flatMap(({ tags }) => tags).find(({ key }) => key === value)?.name ?? value;
}

/** What the rule saw at the tick that raised the alarm, as it was kept. */

import type { ReactNode } from "react";

import type { AlarmDossier } from "../../api/types";
import { alarms as text } from "../../texts/alarms";
import { en } from "../../texts/en";
import { Empty } from "../../widgets/Answer";
import { digitsFor, fixed, percent, seconds } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import rows from "../../widgets/Rows.module.css";
import { Time } from "../../widgets/Time";
import css from "./IncidentPage.module.css";

type Seen = AlarmDossier["evidence"];

/** Shares of one: shown in per cent. */
const SHARES = new Set(["threshold", "clear_threshold"]);
/** Said with what they belong to. */
const BESIDE = new Set(["metric", "unit"]);
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

export function Evidence({ dossier }: { dossier: AlarmDossier }): ReactNode {
  const { alarm, evidence } = dossier;
  const names = Object.keys(evidence)
    .filter((name) => !BESIDE.has(name))
    .sort((a, b) => rank(a) - rank(b));
  return (
    <Panel title={text.incident.evidence} note={text.incident.evidenceNote}>
      {names.length === 0 ? <Empty text={text.empty.evidence} /> : null}
      <dl className={`${rows.rows} ${css.rows}`}>
        {names.map((name) => (
          <div key={name}>
            <dt>{wordOf(name, evidence)}</dt>
            <dd data-evidence={name}>{shown(name, evidence, alarm.timezone)}</dd>
          </div>
        ))}
        <div>
          <dt>{text.incident.source}</dt>
          <dd className="mono">{alarm.source}</dd>
        </div>
      </dl>
    </Panel>
  );
}

/** What was measured, against what, over which time; the database keeps no order. */
function rank(name: string): number {
  const place = Object.keys(text.evidence).indexOf(name);
  return place === -1 ? Object.keys(text.evidence).length : place;
}

function wordOf(name: string, { metric }: Seen): string {
  if (name === "value") return metric === "quality" ? en.factors.quality : text.evidence.value ?? name;
  return text.evidence[name] ?? name.replaceAll("_", " ");
}

function shown(name: string, seen: Seen, zone: string): ReactNode {
  const value = seen[name];
  if (value == null) return "–";
  if (typeof value === "string") return INSTANT.test(value) ? <Time at={value} zone={zone} /> : value;
  if (SHARES.has(name) || (name === "value" && seen.metric === "quality")) return percent(value);
  if (name.endsWith("_s")) return seconds(value);
  const figure = Number.isInteger(value) ? fixed(value, 0) : fixed(value, digitsFor(value));
  const unit = seen.metric === "tag" && typeof seen.unit === "string" ? seen.unit : "";
  return `${figure} ${unit}`.trimEnd();
}

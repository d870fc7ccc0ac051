import { Link } from "@tanstack/react-router";
import { memo, useMemo, type ReactNode } from "react";

import type { TagView } from "../../api/types";
import { en } from "../../texts/en";
import { digitsFor, fixed, tagValue } from "../../widgets/format";
import { RangeBar, rangeText, scaleNumber } from "../../widgets/RangeBar";
import { Sparkline, type SparkPoint } from "../../widgets/Sparkline";
import { tagState } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import table from "../../widgets/Table.module.css";
import { Age, timeTitle } from "../../widgets/Time";
import css from "./TagPanel.module.css";

const HERE = "/sites/$site/lines/$line";
/** A pause longer than this between two points is drawn as a gap. */
const GAP_MS = 30_000;

export const TagRow = memo(function TagRow({ tag, zone }: { tag: TagView; zone: string }): ReactNode {
  const state = tagState(tag.state);
  const scale = scaleNumber(tag, null);
  return (
    <tr data-tag={tag.key}>
      <th scope="row">
        <Link from={HERE} to={HERE} search={(before) => ({ ...before, tag: tag.key })} hash="values" resetScroll={false} className={css.name} title={en.linePage.history}>
          {tag.name}
        </Link>
        <span className={css.equipment}>{tag.equipment}</span>
      </th>
      <td className={table.state} data-normal={state === "good"}>
        <StateWord state={state} word={en.tag[tag.state] ?? tag.state} />
      </td>
      <td className={table.number}>
        <strong data-value={tag.key}>{tagValue(tag.value, scale)}</strong> <span className="quiet">{tag.unit}</span>
      </td>
      <td className={table.bar}>
        <RangeBar value={typeof tag.value === "number" ? tag.value : null} limits={tag} state={state} />
      </td>
      <td className={table.number}>{rangeText(tag, scale)}</td>
      <td className={`${table.number} ${table.roomy}`}>{tag.design_max === null ? en.range.any : fixed(tag.design_max, digitsFor(scale))}</td>
      <td>
        <TagSpark tag={tag} />
      </td>
      <td className={table.number} title={tag.at === null ? undefined : timeTitle(Date.parse(tag.at), zone)}>
        {tag.at === null ? en.range.any : <Age at={tag.at} />}
      </td>
    </tr>
  );
});

function TagSpark({ tag }: { tag: TagView }): ReactNode {
  const points = useMemo(() => withGaps(tag.recent), [tag.recent]);
  const band = tag.normal_low !== null && tag.normal_high !== null ? ([tag.normal_low, tag.normal_high] as const) : undefined;
  return <Sparkline points={points} width={128} height={28} range={sparkRange(tag)} band={band} label={`${tag.name}, ${en.linePage.columns.trend}`} />;
}

function withGaps(recent: readonly (readonly [number, number])[]): SparkPoint[] {
  const points: SparkPoint[] = [];
  for (const [us, value] of recent) {
    const at = us / 1_000;
    const before = points[points.length - 1];
    if (before !== undefined && at - before[0] > GAP_MS) points.push([before[0] + 1, null]);
    points.push([at, value]);
  }
  return points;
}

/** What was seen and what is normal, both in sight. */
function sparkRange(tag: TagView): [number, number] {
  const values = tag.recent.map(([, value]) => value);
  const limits = [tag.normal_low, tag.normal_high].filter((limit) => limit !== null);
  const all = [...values, ...limits];
  if (all.length === 0) return [0, 1];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return [low, high === low ? low + 1 : high];
}

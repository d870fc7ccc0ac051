/** When which defect was found: one row of bars for each type. */

import { useNavigate } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import type { DefectSeries } from "../../api/types";
import type { Bin } from "../../range/range";
import type { Range } from "../../range/useRange";
import { factoryText } from "../../texts/factory";
import { Empty } from "../../widgets/Answer";
import { SmallBars } from "../../widgets/chart/SmallBars";
import { dayMonth, hourMinute } from "../../widgets/format";
import type { DefectName } from "./defects";
import { galleryLink } from "./gallery";

const DAY_MS = 86_400_000;

interface Props {
  series: DefectSeries;
  names: readonly DefectName[];
  scope: string;
  range: Range;
}

export function DefectsOverTime({ series, names, scope, range }: Props): ReactNode {
  const navigate = useNavigate();
  const rows = useMemo(() => names.map(({ label, name }) => ({ name, values: series.bins.map(({ products }) => products[label] ?? 0) })), [series, names]);
  const judged = useMemo(() => series.bins.map((bin) => bin.judged), [series]);
  const long = range.end - range.start > DAY_MS;
  const times = useMemo(() => series.bins.map(({ start }) => timeWords(Date.parse(start), series.bin as Bin, long, range.zone)), [series, long, range.zone]);
  if (rows.length === 0 || times.length === 0) return <Empty title={factoryText.pareto.nothing} text={factoryText.pareto.notJudged} />;
  const open = (row: number, time: number): void => {
    const [defect, bin] = [names[row], series.bins[time]];
    if (defect !== undefined && bin !== undefined) void navigate(galleryLink(scope, defect.label, bin.start, bin.end));
  };
  return <SmallBars rows={rows} times={times} judged={judged} label={factoryText.time.title(range.words)} onPick={open} />;
}

function timeWords(at: number, bin: Bin, long: boolean, zone: string): string {
  if (bin === "1d") return dayMonth(at, zone);
  return long ? `${dayMonth(at, zone)} ${hourMinute(at, zone)}` : hourMinute(at, zone);
}

/** Every alarm of a time, the newest first; made to be printed too. */

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { historyQuery, type Period } from "../../api/alarms";
import { plantQuery } from "../../api/queries";
import type { AlarmView } from "../../api/types";
import { usePerson } from "../../person/person";
import { RangePicker } from "../../range/RangePicker";
import { useRange, type Range } from "../../range/useRange";
import type { AlarmsSearch } from "../../router";
import { alarms as text } from "../../texts/alarms";
import { en } from "../../texts/en";
import { Empty, Failed } from "../../widgets/Answer";
import { moment } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import css from "./AlarmsPage.module.css";
import { HistoryTable } from "./HistoryTable";
import { matching } from "./order";

const HOUR_MS = 3_600_000;
/** The sites of a list may lie in several zones. */
const SEVERAL_ZONES = "UTC";

export function History({ search }: { search: AlarmsSearch }): ReactNode {
  const me = usePerson();
  const zone = useQuery(plantQuery).data?.sites.find(({ id }) => id === search.site)?.timezone ?? SEVERAL_ZONES;
  const range = useRange(zone);
  const pages = useInfiniteQuery(historyQuery(scopeOf(search), periodName(search), () => periodOf(range)));
  const all = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = matching(all, { severity: search.severity, ...(search.mine === true ? { of: me } : {}) });
  return (
    <Panel title={text.page.history} note={text.page.historyNote} aside={<RangePicker range={range} shifts={false} />}>
      {pages.isPending ? <Skeleton height={400} aria-label={en.loading} /> : null}
      {pages.error === null ? null : <Failed error={pages.error} retry={() => void pages.refetch()} />}
      <PrintedPeriod range={range} isPart={pages.hasNextPage} />
      {pages.data === undefined ? null : <Found shown={shown} />}
      <div className={css.more} data-secondary>
        {pages.hasNextPage ? (
          <Button variant="default" size="md" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {text.page.more}
          </Button>
        ) : pages.data === undefined || all.length === 0 ? null : (
          text.page.end(shown.length)
        )}
      </div>
    </Panel>
  );
}

function Found({ shown }: { shown: readonly AlarmView[] }): ReactNode {
  return shown.length === 0 ? <Empty text={text.empty.history} /> : <HistoryTable alarms={shown} />;
}

/** Paper has no address: it says itself which time it is about, and whether that is all. */
function PrintedPeriod({ range, isPart }: { range: Range; isPart: boolean }): ReactNode {
  return (
    <p className="print-only">
      {text.page.printed(moment(range.start, range.zone), moment(range.end, range.zone))}
      {isPart ? ` ${text.page.printedPart}` : null}
    </p>
  );
}

/** An alarm that is raised while the list loads belongs to it. */
function periodOf({ kind, from, to }: Range): Period {
  return { from, to: kind === "custom" ? to : new Date(Date.now() + HOUR_MS).toISOString() };
}

function scopeOf({ site, line }: AlarmsSearch): string {
  if (site === undefined) return "enterprise";
  return line === undefined ? `site:${site}` : `line:${site}/${line}`;
}

/** What makes two questions the same: not their moving ends. */
function periodName({ range, from, to }: AlarmsSearch): string {
  return range === "custom" ? `${from}/${to}` : (range ?? "live");
}

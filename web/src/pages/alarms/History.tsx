/** Every alarm of a time, the newest first; made to be printed too. */

import { Button, Skeleton, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";

import { historyQuery } from "../../api/alarms";
import type { AlarmView } from "../../api/types";
import { usePerson } from "../../person/person";
import type { RangeKind } from "../../range/range";
import type { AlarmsSearch } from "../../router";
import { alarms as text } from "../../texts/alarms";
import { en } from "../../texts/en";
import { Empty, Failed } from "../../widgets/Answer";
import { moment } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import css from "./AlarmsPage.module.css";
import { HistoryTable } from "./HistoryTable";
import { matching } from "./order";
import { localInput, periodOf } from "./period";

const HERE = "/alarms";
const KINDS: readonly Exclude<RangeKind, "custom">[] = ["live", "shift", "day", "week"];

export function History({ search }: { search: AlarmsSearch }): ReactNode {
  const me = usePerson();
  const pages = useInfiniteQuery(historyQuery(scopeOf(search), periodName(search), () => periodOf(search, Date.now())));
  const all = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = matching(all, { severity: search.severity, ...(search.mine === true ? { of: me } : {}) });
  return (
    <Panel title={text.page.history} note={text.page.historyNote} aside={<Periods search={search} />}>
      {pages.isPending ? <Skeleton height={400} aria-label={en.loading} /> : null}
      {pages.error === null ? null : <Failed error={pages.error} retry={() => void pages.refetch()} />}
      <PrintedPeriod search={search} isPart={pages.hasNextPage} />
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
function PrintedPeriod({ search, isPart }: { search: AlarmsSearch; isPart: boolean }): ReactNode {
  const { from, to } = periodOf(search, Date.now());
  return (
    <p className="print-only">
      {text.page.printed(moment(Date.parse(from)), moment(Math.min(Date.parse(to), Date.now())))}
      {isPart ? ` ${text.page.printedPart}` : null}
    </p>
  );
}

function scopeOf({ site, line }: AlarmsSearch): string {
  if (site === undefined) return "enterprise";
  return line === undefined ? `site:${site}` : `line:${site}/${line}`;
}

/** What makes two questions the same: not their moving ends. */
function periodName({ range, from, to }: AlarmsSearch): string {
  return range === "custom" ? `${from}/${to}` : (range ?? "live");
}

function Periods({ search }: { search: AlarmsSearch }): ReactNode {
  const { range, from: _from, to: _to, ...rest } = search;
  return (
    <div className={css.periods} data-secondary role="group" aria-label={text.period.label}>
      {KINDS.map((kind) => {
        const on = (range ?? "live") === kind;
        return (
          <Link key={kind} to={HERE} search={kind === "live" ? rest : { ...rest, range: kind }} className={css.period} data-on={on} aria-current={on ? "true" : undefined} resetScroll={false}>
            {text.period[kind]}
          </Link>
        );
      })}
      <Custom search={search} />
    </div>
  );
}

/** From … to, in the viewer's own time: the sites of a list may have several. */
function Custom({ search }: { search: AlarmsSearch }): ReactNode {
  const period = periodOf(search, Date.now());
  const [from, setFrom] = useState(localInput(period.from));
  const [to, setTo] = useState(localInput(period.to));
  const valid = from !== "" && to !== "" && from < to;
  const chosen: AlarmsSearch = valid ? { ...search, range: "custom", from: new Date(from).toISOString(), to: new Date(to).toISOString() } : search;
  return (
    <form className={css.periods} onSubmit={(event: FormEvent) => event.preventDefault()}>
      <TextInput type="datetime-local" size="md" aria-label={text.period.from} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="datetime-local" size="md" aria-label={text.period.to} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      <Link to={HERE} search={chosen} className={css.period} data-on={search.range === "custom"} disabled={!valid} resetScroll={false}>
        {text.period.custom}
      </Link>
    </form>
  );
}

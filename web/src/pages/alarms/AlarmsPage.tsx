/** What is wrong now, mine first; what went before anybody looked; and what was. */

import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { boardQuery } from "../../api/alarms";
import type { AlarmBoard } from "../../api/types";
import { useLive } from "../../live/live";
import { usePerson } from "../../person/person";
import type { AlarmsSearch } from "../../router";
import { alarms as text } from "../../texts/alarms";
import { Answer } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import { AlarmList, Calm, MineFirst } from "./AlarmList";
import css from "./AlarmsPage.module.css";
import { AlarmsSkeleton } from "./AlarmsSkeleton";
import { Filters } from "./Filters";
import { History } from "./History";
import { useAlarmKeys } from "./keys";
import { matching, mineAndOthers, type Filter } from "./order";

export const HERE = "/alarms";

export function AlarmsPage(): ReactNode {
  const search = useSearch({ from: HERE });
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{text.title}</h1>
        <Tabs search={search} />
        <Filters search={search} />
      </header>
      {search.tab === "history" ? <History search={search} /> : <Now search={search} />}
    </div>
  );
}

/** Filters stay from one tab to the other. */
function Tabs({ search }: { search: AlarmsSearch }): ReactNode {
  const { tab, range: _range, from: _from, to: _to, ...filters } = search;
  return (
    <nav className={css.tabs} data-secondary aria-label={text.page.tabs}>
      <Link to={HERE} search={filters} className={css.tab} data-on={tab === undefined} aria-current={tab === undefined ? "page" : undefined}>
        {text.page.open}
      </Link>
      <Link to={HERE} search={{ ...filters, tab: "history", range: "day" }} className={css.tab} data-on={tab === "history"} aria-current={tab === "history" ? "page" : undefined}>
        {text.page.history}
      </Link>
    </nav>
  );
}

function Now({ search }: { search: AlarmsSearch }): ReactNode {
  const board = useLive("alarms", boardQuery);
  return (
    <Answer query={board} what={text.what} skeleton={<AlarmsSkeleton />}>
      {(data) => <Board board={data} search={search} />}
    </Answer>
  );
}

function Board({ board, search }: { board: AlarmBoard; search: AlarmsSearch }): ReactNode {
  const me = usePerson();
  const filter = filterOf(search, me);
  const open = matching(board.open, filter);
  const unseen = matching(board.unseen, filter);
  const [mine, others] = mineAndOthers(open, me);
  const { list, chosen, choose } = useAlarmKeys(true);
  return (
    <div className={css.page} ref={list}>
      <Panel title={text.page.open} note={text.page.openNote}>
        {open.length === 0 ? <Calm words={board.open.length === 0 ? text.empty.open : text.empty.filtered} /> : <MineFirst mine={mine} others={others} chosen={chosen} choose={choose} />}
        <Hidden count={board.open.length - open.length} />
      </Panel>
      <Panel title={text.page.unseen} note={text.page.unseenNote}>
        {unseen.length === 0 ? <Calm words={text.empty.unseen} /> : <AlarmList alarms={unseen} label={text.page.unseen} chosen={chosen} choose={choose} />}
      </Panel>
      <p className={css.keys} data-secondary>{text.page.keys}</p>
    </div>
  );
}

function filterOf({ site, line, severity, mine }: AlarmsSearch, me: Filter["of"]): Filter {
  return { sites: site === undefined ? undefined : [site], line, severity, ...(mine === true ? { of: me } : {}) };
}

/** A filter must not make anybody believe that all is well. */
function Hidden({ count }: { count: number }): ReactNode {
  if (count === 0) return null;
  return (
    <p className={css.hidden}>
      {text.filter.hidden(count)}
      <Link to={HERE} search={{}} className={css.reset}>
        {text.filter.reset}
      </Link>
    </p>
  );
}

/** The ongoing alarms of some lines, with what people can do about them in place. Stands in a panel of the page that shows it. */

import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { boardQuery } from "../../api/alarms";
import { useLive } from "../../live/live";
import { usePerson } from "../../person/person";
import { alarms as text } from "../../texts/alarms";
import { en } from "../../texts/en";
import { Calm, MineFirst } from "./AlarmList";
import css from "./AlarmRow.module.css";
import { useAlarmKeys } from "./keys";
import { matching, mineAndOthers } from "./order";

interface Props {
  /** Only alarms of these sites; without it of all. */
  sites?: readonly string[];
  /** Only alarms of this line (with one site). */
  line?: string;
}

const CALM_PX = 44;
/** More are only counted: the page around is not about them alone. */
const MOST = 8;

export function OpenAlarms({ sites, line }: Props): ReactNode {
  const board = useLive("alarms", boardQuery);
  const me = usePerson();
  const { list, chosen, choose } = useAlarmKeys(false);
  if (board.data === undefined) {
    return board.error === null ? <Skeleton height={CALM_PX} aria-label={en.loading} /> : <p className="quiet">{`${en.error.loading} ${board.error.message}`}</p>;
  }
  const shown = matching(board.data.open, { sites, line });
  const [mine, others] = mineAndOthers(shown, me);
  const room = Math.max(0, MOST - mine.length);
  return (
    <div ref={list} data-testid="open-alarms">
      {shown.length === 0 ? <Calm words={text.empty.openHere} /> : <MineFirst mine={mine.slice(0, MOST)} others={others.slice(0, room)} chosen={chosen} choose={choose} />}
      {shown.length <= MOST ? null : (
        <Link to="/alarms" search={sites?.length === 1 && sites[0] !== undefined ? { site: sites[0], ...(line === undefined ? {} : { line }) } : {}} className={css.rest}>
          {text.page.all(shown.length)}
        </Link>
      )}
    </div>
  );
}

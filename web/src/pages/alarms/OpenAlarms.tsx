/** The ongoing alarms of some lines, with what people can do about them in place. Stands in a panel of the page that shows it. */

import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { boardQuery } from "../../api/alarms";
import { useLive } from "../../live/live";
import { usePerson } from "../../person/person";
import { alarms as text } from "../../texts/alarms";
import { en } from "../../texts/en";
import { Calm, MineFirst } from "./AlarmList";
import { useAlarmKeys } from "./keys";
import { matching, mineAndOthers } from "./order";

interface Props {
  /** Only alarms of these sites; without it of all. */
  sites?: readonly string[];
  /** Only alarms of this line (with one site). */
  line?: string;
}

const CALM_PX = 44;

export function OpenAlarms({ sites, line }: Props): ReactNode {
  const board = useLive("alarms", boardQuery);
  const me = usePerson();
  const { list, chosen, choose } = useAlarmKeys(false);
  if (board.data === undefined) {
    return board.error === null ? <Skeleton height={CALM_PX} aria-label={en.loading} /> : <p className="quiet">{`${en.error.loading} ${board.error.message}`}</p>;
  }
  const shown = matching(board.data.open, { sites, line });
  const [mine, others] = mineAndOthers(shown, me);
  return (
    <div ref={list} data-testid="open-alarms">
      {shown.length === 0 ? <Calm words={text.empty.openHere} /> : <MineFirst mine={mine} others={others} compact chosen={chosen} choose={choose} />}
    </div>
  );
}

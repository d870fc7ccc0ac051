/** Alarms under headings, with one keyboard for all of them. */

import type { ReactNode } from "react";

import type { AlarmView } from "../../api/types";
import { alarms as text } from "../../texts/alarms";
import { StateMark } from "../../widgets/StateMark";
import { AlarmRow } from "./AlarmRow";
import css from "./AlarmRow.module.css";

interface Props {
  alarms: readonly AlarmView[];
  label: string;
  chosen: number | null;
  choose: (alarm: number) => void;
}

export function AlarmList({ alarms, label, chosen, choose }: Props): ReactNode {
  return (
    <ul className={css.list} aria-label={label}>
      {alarms.map((alarm) => (
        <AlarmRow key={alarm.id} alarm={alarm} chosen={alarm.id === chosen} choose={choose} />
      ))}
    </ul>
  );
}

interface MineProps extends Omit<Props, "alarms" | "label"> {
  mine: readonly AlarmView[];
  others: readonly AlarmView[];
}

/** Mine first; without any of mine there are no headings. */
export function MineFirst({ mine, others, ...rest }: MineProps): ReactNode {
  if (mine.length === 0) return <AlarmList alarms={others} label={text.row.alarms} {...rest} />;
  return (
    <>
      <h3 className={css.heading}>{text.page.mine(mine.length)}</h3>
      <AlarmList alarms={mine} label={text.page.mine(mine.length)} {...rest} />
      {others.length === 0 ? null : <h3 className={css.heading}>{text.page.others(others.length)}</h3>}
      <AlarmList alarms={others} label={text.page.others(others.length)} {...rest} />
    </>
  );
}

/** Nothing is wrong: one calm line. */
export function Calm({ words }: { words: string }): ReactNode {
  return (
    <p className={css.calm}>
      <StateMark state="good" size={16} />
      {words}
    </p>
  );
}

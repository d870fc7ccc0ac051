/** How many alarms are open and how bad the worst is, on every page; opens the list. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { boardQuery } from "../api/alarms";
import type { AlarmBoard } from "../api/types";
import { useConnection, useLive } from "../live/live";
import { alarms as text } from "../texts/alarms";
import { highest, severityState, type Severity } from "../widgets/severity";
import { SeverityMark } from "../widgets/SeverityMark";
import { StateMark } from "../widgets/StateMark";
import css from "./AlarmMark.module.css";
import { useAlarmSound } from "./alarmSound";

/** The board, kept live; every frame of the page has one. */
export function useBoard(): AlarmBoard | undefined {
  return useLive("alarms", boardQuery).data;
}

export function AlarmMark(): ReactNode {
  const board = useBoard();
  const { state } = useConnection();
  useAlarmSound(board);
  const { worst, count, note } = summary(board);
  const words = `${worst === null ? "" : `${text.severity[worst]}, `}${count}${note === "" ? "" : `, ${note}`}`;
  return (
    <Link to="/alarms" className={css.mark} data-state={markState(board, worst)} data-stale={state === "lost"} data-open={board?.open.length} data-testid="alarm-mark" title={text.mark.label(words)}>
      {worst === null ? <StateMark state={board === undefined ? "nodata" : "good"} size={20} /> : <SeverityMark severity={worst} size={22} />}
      <span className={css.words}>
        <strong>{worst === null ? count : `${count}, ${text.severity[worst].toLocaleLowerCase()}`}</strong>
        <span>{note}</span>
      </span>
      <span className={css.figure} aria-hidden="true">
        {board === undefined ? "–" : board.open.length}
      </span>
    </Link>
  );
}

function summary(board: AlarmBoard | undefined): { worst: Severity | null; count: string; note: string } {
  if (board === undefined) return { worst: null, count: text.mark.unknown, note: "" };
  const worst = highest(board.counts);
  if (worst === null) return { worst, count: text.mark.none, note: "" };
  return { worst, count: text.mark.open(board.open.length), note: text.mark.unseen(board.unacknowledged) };
}

function markState(board: AlarmBoard | undefined, worst: Severity | null): string {
  if (board === undefined) return "nodata";
  // All well is quiet: no wash, no colour but the mark's.
  return worst === null ? "good" : severityState(worst);
}

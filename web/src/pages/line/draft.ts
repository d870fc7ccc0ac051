/** What a person has filled in about an event, and whether it can be entered. Pure. */

import type { NewEvent } from "../../api/events";
import { lineText } from "../../texts/line";
import { fromWall, toWall } from "../../range/zoned";
import type { Kind } from "./events";

export interface Draft {
  /** "": the whole line. */
  step: string;
  kind: Kind;
  text: string;
  startsNow: boolean;
  /** Wall-clock time at the site. */
  start: string;
  stillSo: boolean;
  end: string;
}

export type Field = "text" | "start" | "end";
export type Wrong = Partial<Record<Field, string>>;

export function emptyDraft(step: string | null, at: number, zone: string): Draft {
  const time = toWall(at, zone);
  return { step: step ?? "", kind: "fault", text: "", startsNow: true, start: time, stillSo: true, end: time };
}

export function wrongIn(draft: Draft, at: number, zone: string): Wrong {
  const start = draft.startsNow ? at : fromWall(draft.start, zone);
  const end = draft.stillSo ? null : fromWall(draft.end, zone);
  const wrong: Wrong = {};
  if (draft.text.trim() === "") wrong.text = lineText.events.needsText;
  if (start === null) wrong.start = lineText.events.needsTime;
  else if (start > at) wrong.start = lineText.events.notAhead;
  if (draft.stillSo) return wrong;
  if (end === null) wrong.end = lineText.events.needsTime;
  else if (end > at) wrong.end = lineText.events.notAhead;
  else if (start !== null && end <= start) wrong.end = lineText.events.wrongOrder;
  return wrong;
}

/** Of a draft with nothing wrong in it. What starts now is given no time: the hub's clock decides. */
export function toEvent(draft: Draft, person: number, zone: string): NewEvent {
  return {
    person,
    kind: draft.kind,
    text: draft.text.trim(),
    step: draft.step === "" ? null : draft.step,
    start: draft.startsNow ? null : toTime(draft.start, zone),
    end: draft.stillSo ? null : toTime(draft.end, zone),
  };
}

function toTime(text: string, zone: string): string | null {
  const at = fromWall(text, zone);
  return at === null ? null : new Date(at).toISOString();
}

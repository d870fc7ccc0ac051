/**
 * One step: what it is, how it is, what points to it, and its worst values against their limits. Choosing it shows all of
 * its values. Cards keep their size: what is new takes the place of normal values.
 */

import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";

import type { StepEvent, StepView, TagView } from "../../api/types";
import { en } from "../../texts/en";
import { lineText } from "../../texts/line";
import { tagValue } from "../../widgets/format";
import { Icon } from "../../widgets/Icon";
import { RangeBar, scaleNumber } from "../../widgets/RangeBar";
import { stepState, tagState, urgency } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import { eventState } from "./events";
import css from "./StepCard.module.css";

const WITH_VALUES = 232;
/** Room for a flag and an event. */
const WITHOUT_VALUES = 172;
/** Lines of 28 px under the name; the flag of the failed step takes two of them. */
const LINES = 4;
const MOST_TAGS = 4;

/** One height for all cards of a line: it hangs on the plant and on nothing that changes while one looks. */
export function cardHeight(steps: readonly StepView[]): number {
  return steps.every(({ tags }) => tags.length === 0) ? WITHOUT_VALUES : WITH_VALUES;
}

/** Why a step is the failed one, as far as its card says it. */
export interface Blame {
  defects: number;
  of: number;
  tag: string | null;
}

export type StepNode = Node<{ step: StepView; cameras: number; blame: Blame | null; enter: (step: string) => void }, "step">;

export const StepCard = memo(function StepCard({ data }: NodeProps<StepNode>): ReactNode {
  const { step, cameras, blame, enter } = data;
  const state = blame === null ? stepState(step.state) : "act";
  const tags = worstFirst(step.tags, blame?.tag ?? null);
  const shown = Math.min(MOST_TAGS, LINES - linesOf(step, blame));
  const rest = tags.slice(shown);
  return (
    <>
      <Handles />
      <Link
        from="/sites/$site/lines/$line"
        to="/sites/$site/lines/$line"
        search={{ step: step.id }}
        hash="values"
        className={css.card}
        data-state={state}
        data-step={step.id}
        data-failed={blame !== null}
      >
        {blame === null ? null : <Flag blame={blame} />}
        <span className={css.head}>
          <Icon name={step.icon} size={24} />
          <span className={css.name}>
            <strong>{step.name}</strong>
            <StateWord state={stepState(step.state)} word={stateWord(step, cameras)} />
          </span>
        </span>
        <OpenEvent events={step.events ?? []} />
        {blame === null && step.defects > 0 ? <Pointing defects={step.defects} /> : null}
        {tags.slice(0, shown).map((tag) => (
          <TagLine key={tag.key} tag={tag} blamed={tag.key === blame?.tag} />
        ))}
        <span className={css.rest}>{tags.length === 0 ? en.linePage.noTags : rest.length === 0 ? null : restText(rest)}</span>
      </Link>
      <button type="button" className={css.enter} data-secondary onClick={() => enter(step.id)} aria-label={lineText.events.enterAt(step.name)} title={lineText.events.enterAt(step.name)}>
        <Icon name="plus" size={18} />
      </button>
    </>
  );
});

function linesOf(step: StepView, blame: Blame | null): number {
  const open = step.events?.length ?? 0;
  return (blame !== null ? 2 : step.defects > 0 ? 1 : 0) + (open > 0 ? 1 : 0);
}

/** Shape, word and number, large enough for four metres. */
function Flag({ blame }: { blame: Blame }): ReactNode {
  return (
    <span className={css.flag} data-testid="failed-flag">
      <svg width="30" height="30" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5 .8h6L15.200 5v6L11 15.200H5L.8 11V5z" fill="currentColor" />
        <path d="M8 3.800v5.200M8 10.600v1.700" stroke="var(--act)" strokeWidth="1.800" />
      </svg>
      <span>
        <strong>{lineText.failed.flag}</strong>
        <span>{lineText.failed.points(blame.defects, blame.of)}</span>
      </span>
    </span>
  );
}

function OpenEvent({ events }: { events: readonly StepEvent[] }): ReactNode {
  const [newest] = events;
  if (newest === undefined) return null;
  const state = eventState(newest.kind);
  return (
    <span className={css.event} data-state={state} data-event={newest.id} title={newest.text}>
      <StateMark state={state} size={13} />
      <strong>{lineText.card.open(lineText.events.kinds[newest.kind] ?? newest.kind, events.length)}</strong>
      <span>{newest.text}</span>
    </span>
  );
}

function Pointing({ defects }: { defects: number }): ReactNode {
  return (
    <span className={css.event} data-state="watch">
      <StateMark state="watch" size={13} />
      <strong>{lineText.card.pointHere(defects)}</strong>
    </span>
  );
}

function TagLine({ tag, blamed }: { tag: TagView; blamed: boolean }): ReactNode {
  const state = tagState(tag.state);
  const value = typeof tag.value === "number" ? tag.value : null;
  return (
    <span className={css.tag} data-state={state} data-normal={state === "good"} data-blamed={blamed}>
      <span className={css.label}>
        {state === "good" ? null : <StateMark state={state} size={12} />}
        <span className={css.text}>{tag.name}</span>
      </span>
      <span className={css.value}>
        {tagValue(tag.value, scaleNumber(tag, null))} <small>{tag.unit}</small>
      </span>
      <RangeBar value={value} limits={tag} state={state} />
    </span>
  );
}

function Handles(): ReactNode {
  return (
    <>
      <Handle id="in-left" type="target" position={Position.Left} className={css.handle ?? ""} />
      <Handle id="in-right" type="target" position={Position.Right} className={css.handle ?? ""} />
      <Handle id="in-top" type="target" position={Position.Top} className={css.handle ?? ""} />
      <Handle id="out-left" type="source" position={Position.Left} className={css.handle ?? ""} />
      <Handle id="out-right" type="source" position={Position.Right} className={css.handle ?? ""} />
      <Handle id="out-bottom" type="source" position={Position.Bottom} className={css.handle ?? ""} />
    </>
  );
}

/** The state, and at the inspection how many cameras look. */
function stateWord(step: StepView, cameras: number): string {
  const word = en.step[step.state] ?? step.state;
  return cameras > 0 ? `${word} · ${en.linePage.cameras(cameras)}` : word;
}

/** The value that is blamed, then what needs a person. */
function worstFirst(tags: readonly TagView[], blamed: string | null): TagView[] {
  const rank = (tag: TagView): number => (tag.key === blamed ? -1 : urgency(tagState(tag.state)));
  return [...tags].sort((a, b) => rank(a) - rank(b));
}

function restText(rest: readonly TagView[]): string {
  return rest.every((tag) => tag.state === "normal") ? en.linePage.moreNormal(rest.length) : en.linePage.more(rest.length);
}

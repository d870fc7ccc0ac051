/** One step: what it is, how it is, and its worst values against their limits. Choosing it shows all of its values. */

import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";

import type { StepView, TagView } from "../../api/types";
import { en } from "../../texts/en";
import { tagValue } from "../../widgets/format";
import { Icon } from "../../widgets/Icon";
import { RangeBar, scaleNumber } from "../../widgets/RangeBar";
import { stepState, tagState, urgency } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import css from "./StepCard.module.css";

export const CARD_HEIGHT = 196;
const SHOWN = 3;

export type StepNode = Node<{ step: StepView; cameras: number }, "step">;

export const StepCard = memo(function StepCard({ data }: NodeProps<StepNode>): ReactNode {
  const { step, cameras } = data;
  const state = stepState(step.state);
  const tags = worstFirst(step.tags);
  const rest = tags.slice(SHOWN);
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
      >
        <span className={css.head}>
          <Icon name={step.icon} size={24} />
          <span className={css.name}>
            <strong>{step.name}</strong>
            <StateWord state={state} word={stateWord(step, cameras)} />
          </span>
        </span>
        {tags.slice(0, SHOWN).map((tag) => (
          <TagLine key={tag.key} tag={tag} />
        ))}
        {tags.length === 0 ? <span className={css.rest}>{en.linePage.noTags}</span> : null}
        {rest.length === 0 ? null : <span className={css.rest}>{restText(rest)}</span>}
      </Link>
    </>
  );
});

function TagLine({ tag }: { tag: TagView }): ReactNode {
  const state = tagState(tag.state);
  const value = typeof tag.value === "number" ? tag.value : null;
  return (
    <span className={css.tag} data-state={state} data-normal={state === "good"}>
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

function worstFirst(tags: readonly TagView[]): TagView[] {
  return [...tags].sort((a, b) => urgency(tagState(a.state)) - urgency(tagState(b.state)));
}

function restText(rest: readonly TagView[]): string {
  return rest.every((tag) => tag.state === "normal") ? en.linePage.moreNormal(rest.length) : en.linePage.more(rest.length);
}

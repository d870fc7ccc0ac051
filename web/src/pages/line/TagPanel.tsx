/** All live values in one table, by step; one step alone and the history of one value by address. */

import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { LineView, StepView, TagView } from "../../api/types";
import { en } from "../../texts/en";
import { lineText } from "../../texts/line";
import { Empty } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import { stepState } from "../../widgets/state";
import { StateMark } from "../../widgets/StateMark";
import table from "../../widgets/Table.module.css";
import { ValueColumns } from "../../widgets/ValueColumns";
import { TagHistory } from "./TagHistory";
import css from "./TagPanel.module.css";
import { TagRow } from "./TagRow";

const HERE = "/sites/$site/lines/$line";
const text = en.linePage.columns;

export function TagPanel({ line }: { line: LineView }): ReactNode {
  const search = useSearch({ from: HERE });
  const chosen = line.steps.find(({ id }) => id === search.step);
  const steps = (chosen === undefined ? line.steps : [chosen]).filter(({ tags }) => tags.length > 0);
  const all = line.steps.flatMap(({ tags }) => tags);
  const open = all.find(({ key }) => key === search.tag);
  if (all.length === 0) {
    return (
      <Panel id="values" title={en.linePage.tags}>
        <Empty text={lineText.noTags} />
      </Panel>
    );
  }
  return (
    <Panel id="values" title={en.linePage.tags} note={en.linePage.abnormal(all.filter(isAbnormal).length)}>
      <StepFilter steps={line.steps} chosen={chosen?.id ?? null} />
      {open === undefined ? null : <TagHistory line={line} tag={open} step={search.step} />}
      <div className={table.scroll}>
        <table className={table.table}>
          <ValueColumns value={text.now}>
            <th scope="col">{text.trend}</th>
            <th scope="col" className={table.number}>
              {text.age}
            </th>
          </ValueColumns>
          {steps.map((step) => (
            <tbody key={step.id}>
              <tr className={table.group}>
                <th colSpan={8} scope="rowgroup">
                  <span>
                    <StateMark state={stepState(step.state)} size={13} />
                    {step.name}
                  </span>
                </th>
              </tr>
              {step.tags.map((tag) => (
                <TagRow key={tag.key} tag={tag} zone={line.timezone} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </Panel>
  );
}

function StepFilter({ steps, chosen }: { steps: readonly StepView[]; chosen: string | null }): ReactNode {
  return (
    <nav className={css.filter} aria-label={text.step}>
      <Choice id={null} name={en.linePage.allSteps} on={chosen === null} />
      {steps.map((step) => (step.tags.length === 0 ? null : <Choice key={step.id} id={step.id} name={step.name} on={step.id === chosen} step={step} />))}
    </nav>
  );
}

function Choice({ id, name, on, step }: { id: string | null; name: string; on: boolean; step?: StepView }): ReactNode {
  const state = step === undefined ? "good" : stepState(step.state);
  return (
    <Link from={HERE} to={HERE} search={id === null ? {} : { step: id }} resetScroll={false} className={css.choice} data-on={on} aria-current={on ? "true" : undefined}>
      {state === "good" ? null : <StateMark state={state} size={12} />}
      {name}
    </Link>
  );
}

function isAbnormal(tag: TagView): boolean {
  return tag.state === "low" || tag.state === "high" || tag.state === "over_design";
}

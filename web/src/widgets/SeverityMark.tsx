/** Shape and word of a severity. No two shapes are the same without colour: octagon, diamond, triangle, open triangle, dashed ring. */

import type { ReactNode } from "react";

import { alarms as text } from "../texts/alarms";
import { severityState, type Severity } from "./severity";
import { StateMark } from "./StateMark";
import css from "./StateMark.module.css";

export function SeverityMark({ severity, size = 16 }: { severity: Severity; size?: number }): ReactNode {
  const shape = SHAPES[severity];
  if (shape === null) return <StateMark state={severityState(severity)} size={size} />;
  return (
    <svg className={css.mark} data-state={severityState(severity)} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {shape}
    </svg>
  );
}

/** `count`: of the open ones, this is the worst: "3, worst minor". */
export function SeverityWord({ severity, size = 16, count }: { severity: Severity; size?: number; count?: number }): ReactNode {
  const word = text.severity[severity];
  return (
    <span className={css.word} data-state={severityState(severity)} data-severity={severity}>
      <SeverityMark severity={severity} size={size} />
      {count === undefined ? word : text.tally(count, word.toLocaleLowerCase())}
    </span>
  );
}

const STROKE = { stroke: "var(--surface)", strokeWidth: 1.8 } as const;

/** null: the mark of its state says it already. */
const SHAPES: Record<Severity, ReactNode> = {
  critical: (
    <>
      <path d="M5 .8h6L15.200 5v6L11 15.200H5L.8 11V5z" fill="currentColor" />
      <path d="M5.900 3.800v5.200M5.900 10.600v1.700M10.100 3.800v5.200M10.100 10.600v1.700" {...STROKE} />
    </>
  ),
  major: (
    <>
      <path d="M8 .4 15.600 8 8 15.600.4 8z" fill="currentColor" />
      <path d="M8 4v4.800M8 10.300v1.700" {...STROKE} />
    </>
  ),
  minor: null,
  warning: (
    <>
      <path d="M8 2.500 14.400 14H1.600z" fill="none" stroke="currentColor" strokeWidth="1.500" strokeLinejoin="round" />
      <path d="M8 6.500v3.800M8 11.400v1.300" stroke="currentColor" strokeWidth="1.500" />
    </>
  ),
  indeterminate: null,
};

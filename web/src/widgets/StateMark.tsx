/** Shape and word of a state. The shape alone is enough without colour: tick in a circle, triangle, octagon, dashed ring. */

import type { ReactNode } from "react";

import type { State } from "./state";
import css from "./StateMark.module.css";

export function StateMark({ state, size = 14 }: { state: State; size?: number }): ReactNode {
  return (
    <svg className={css.mark} data-state={state} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

export function StateWord({ state, word, strong = false }: { state: State; word: string; strong?: boolean }): ReactNode {
  return (
    <span className={css.word} data-state={state} data-strong={strong}>
      <StateMark state={state} />
      {word}
    </span>
  );
}

const SHAPES: Record<State, ReactNode> = {
  good: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 8.2l2.100 2.100L11 6.200" fill="none" stroke="currentColor" strokeWidth="1.600" strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  watch: (
    <>
      <path d="M8 1.500 15.200 14.500H.8z" fill="currentColor" strokeLinejoin="round" />
      <path d="M8 6v4.200M8 11.600v1.400" stroke="var(--surface)" strokeWidth="1.600" />
    </>
  ),
  act: (
    <>
      <path d="M5 .8h6L15.200 5v6L11 15.200H5L.8 11V5z" fill="currentColor" />
      <path d="M8 3.800v5.200M8 10.600v1.700" stroke="var(--surface)" strokeWidth="1.800" />
    </>
  ),
  nodata: <circle cx="8" cy="8" r="6.300" fill="none" stroke="currentColor" strokeWidth="1.500" strokeDasharray="2.600 2.350" />,
  neutral: <path d="M4 8h8" stroke="currentColor" strokeWidth="1.600" strokeLinecap="round" />,
};

/** A, P and Q; the lowest of them, which holds OEE down, stands out by weight. */

import type { ReactNode } from "react";

import type { Ratios } from "../api/types";
import { en } from "../texts/en";
import css from "./Factors.module.css";
import { percent, percentFigure } from "./format";

const FACTORS = ["availability", "performance", "quality"] as const;

/** One line of three figures. */
export function FactorLine({ ratios }: { ratios: Ratios }): ReactNode {
  const lowest = lowestOf(ratios);
  return (
    <span className={css.line}>
      {FACTORS.map((factor) => (
        <span key={factor} className={css.figure} data-lowest={factor === lowest} title={en.factors[factor]}>
          <abbr className={css.letter} title={en.factors[factor]}>
            {en.factorLetters[factor]}
          </abbr>
          {percentFigure(ratios[factor])}
        </span>
      ))}
    </span>
  );
}

/** Three bars with names. */
export function FactorBars({ ratios }: { ratios: Ratios }): ReactNode {
  const lowest = lowestOf(ratios);
  return (
    <dl className={css.bars}>
      {FACTORS.map((factor) => (
        <div key={factor} className={css.row} data-lowest={factor === lowest}>
          <dt>{en.factors[factor]}</dt>
          <dd>{percent(ratios[factor])}</dd>
          <span className={css.track} aria-hidden="true">
            <span className={css.fill} style={{ transform: `scaleX(${Math.min(1, ratios[factor] ?? 0)})` }} />
          </span>
        </div>
      ))}
    </dl>
  );
}

function lowestOf(ratios: Ratios): (typeof FACTORS)[number] | null {
  const known = FACTORS.filter((factor) => ratios[factor] !== null);
  return known.sort((a, b) => (ratios[a] ?? 0) - (ratios[b] ?? 0))[0] ?? null;
}

/** What speaks for a step having left a defect; the same on the line and on the product. */

import type { ReactNode } from "react";

import type { Cause } from "../../api/types";
import { lineText } from "../../texts/line";
import type { Measured } from "../../widgets/chart/TagChart";
import { tagValue } from "../../widgets/format";
import { RangeBar, rangeText, scaleNumber } from "../../widgets/RangeBar";
import css from "./WentWrong.module.css";

const text = lineText.failed;

/** The value against its normal range, and what somebody entered: a step may have both. */
export function CauseValue({ cause }: { cause: Cause }): ReactNode {
  return (
    <>
      {cause.tag == null ? null : <Reading cause={cause} />}
      {cause.event == null ? null : (
        <span className={css.value}>
          {text.entered} <strong>{cause.event}</strong>
        </span>
      )}
    </>
  );
}

function Reading({ cause }: { cause: Cause }): ReactNode {
  const limits = limitsOf(cause);
  const scale = scaleNumber(limits, null);
  return (
    <span className={css.value}>
      <strong>{text.value(tagValue(cause.value ?? null, scale), cause.unit)}</strong> <span>{text.normal(rangeText(limits, scale))}</span>
      <RangeBar value={cause.value ?? null} limits={limits} state="watch" />
    </span>
  );
}

export function limitsOf(cause: Cause): Measured {
  return { normal_low: cause.normal_low ?? null, normal_high: cause.normal_high ?? null, design_max: null, unit: cause.unit };
}

/** As the plot draws a moment. */
export function MomentMark(): ReactNode {
  return (
    <svg width="12" height="16" viewBox="0 0 12 16" aria-hidden="true" data-state="act" className={css.moment}>
      <path d="M6 5v11" stroke="currentColor" strokeWidth="1.500" />
      <path d="M1.500 0h9L6 7z" fill="currentColor" />
    </svg>
  );
}

/** OEE now in full: gauge, word, factors, and what is not known. Opens its components. */

import type { ReactNode } from "react";

import type { OeeView } from "../api/types";
import { en } from "../texts/en";
import { FactorBars } from "./Factors";
import { percent } from "./format";
import { Gauge } from "./Gauge";
import { OeeDetail } from "./OeeDetail";
import css from "./OeeNow.module.css";
import { Proxy } from "./Proxy";
import { oeeState, oeeWord } from "./state";
import { StateWord } from "./StateMark";

interface Props {
  view: OeeView;
  place: string;
  zone: string;
}

export function OeeNow({ view, place, zone }: Props): ReactNode {
  const { ratios } = view;
  const state = oeeState(ratios);
  return (
    <div className={css.now}>
      <OeeDetail view={view} place={place} zone={zone}>
        <span className={css.gauge}>
          <Gauge ratios={ratios} size={132} />
          <StateWord state={state} word={oeeWord(view)} />
        </span>
      </OeeDetail>
      <div>
        <FactorBars ratios={ratios} />
        <p className={css.known}>
          {en.coverage(percent(ratios.coverage))}
          {state === "nodata" && ratios.oee_low !== null ? `, ${en.oee} ${en.bounds(percent(ratios.oee_low), percent(ratios.oee_high))}` : null}{" "}
          <Proxy ratios={ratios} />
        </p>
      </div>
    </div>
  );
}

/** Which step may have left the defect: the strongest first, each with its plot; or that nothing speaks for any step. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import { readingsAroundQuery } from "../../api/readings";
import type { Cause, ProductView } from "../../api/types";
import { productText } from "../../texts/product";
import { Panel } from "../../widgets/Panel";
import type { State } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import { Time } from "../../widgets/Time";
import { CauseChart } from "../line/CauseChart";
import { CauseValue, limitsOf, MomentMark } from "../line/CauseValue";
import css from "./Causes.module.css";

const text = productText.causes;
const MINUTES = 5;
const BIN = "10s";
const HEIGHT = 176;
/** A score of 1 is half the normal range beyond its limit. */
const CLEAR = 1;
const LIKELY = 0.25;

export function Causes({ product }: { product: ProductView }): ReactNode {
  return (
    <Panel id="causes" title={text.title} note={product.verdict === "reject" ? text.note : undefined}>
      <Answered product={product} />
    </Panel>
  );
}

function Answered({ product }: { product: ProductView }): ReactNode {
  const causes = product.causes ?? [];
  if (product.outcome === "explained") return <Unasked word={text.explainedTitle} why={text.explained} />;
  if (product.verdict === "pass") return <Unasked word={text.passedTitle} why={text.passed} />;
  if (causes.length === 0) return <NotEnough product={product} />;
  return (
    <ol className={css.causes} data-testid="causes">
      {causes.map((cause, n) => (
        <li key={`${cause.step} ${cause.tag ?? "event"} ${n}`} data-cause={cause.step}>
          <Ranked product={product} cause={cause} rank={n + 1} />
        </li>
      ))}
    </ol>
  );
}

function Unasked({ word, why }: { word: string; why: string }): ReactNode {
  return (
    <div className={css.none} data-testid="no-causes">
      <StateWord state="neutral" word={word} />
      <p>{why}</p>
    </div>
  );
}

function NotEnough({ product }: { product: ProductView }): ReactNode {
  return (
    <div className={css.none} data-testid="no-causes">
      <StateWord state="nodata" word={text.noneTitle} />
      <p>{text.none}</p>
      <Link to="/sites/$site/lines/$line" params={{ site: product.site, line: product.line }} hash="went-wrong">
        {text.enter}
      </Link>
    </div>
  );
}

function Ranked({ product, cause, rank }: { product: ProductView; cause: Cause; rank: number }): ReactNode {
  const word = wordOf(cause.score);
  return (
    <div className={css.cause}>
      <div className={css.facts}>
        <p className={css.step}>
          <span className="quiet">{text.rank(rank)}</span>
          <span>
            <strong>{cause.step_name}</strong>
            {cause.tag_name ?? null}
          </span>
        </p>
        <span title={text.scoreNote[word]}>
          <StateWord state={STATES[word]} word={text.score[word]} /> <span className="quiet">{text.scoreNote[word]}</span>
        </span>
        <CauseValue cause={cause} />
        <span className="quiet">
          {text.thereAt} <Time at={cause.at} zone={product.timezone} />
        </span>
        <Link to="/sites/$site/lines/$line" params={{ site: product.site, line: product.line }} search={{ step: cause.step, ...(cause.tag == null ? {} : { tag: cause.tag }) }} hash="values">
          {cause.tag == null ? text.openStep : text.openTag}
        </Link>
      </div>
      {cause.tag == null ? null : <Around product={product} cause={cause} tag={cause.tag} />}
    </div>
  );
}

function Around({ product, cause, tag }: { product: ProductView; cause: Cause; tag: string }): ReactNode {
  const history = useQuery(readingsAroundQuery(product.site, product.line, tag, cause.at, MINUTES, BIN));
  const title = text.chart(cause.tag_name ?? tag, 2 * MINUTES);
  const limits = useMemo(() => limitsOf(cause), [cause]);
  const moments = useMemo(() => [Date.parse(cause.at)], [cause.at]);
  const legend = (
    <span className={css.legend}>
      <MomentMark /> {text.there}
    </span>
  );
  return <CauseChart title={title} aside={legend} history={history} limits={limits} moments={moments} zone={product.timezone} height={HEIGHT} />;
}

type Word = keyof typeof text.score;

const STATES: Record<Word, State> = { clear: "act", likely: "watch", weak: "nodata" };

function wordOf(score: number): Word {
  return score >= CLEAR ? "clear" : score >= LIKELY ? "likely" : "weak";
}

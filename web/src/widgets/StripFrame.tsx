/** One product of a film strip: picture, verdict, reason and time; opens its dossier. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { InspectionSummary, LineView } from "../api/types";
import { en } from "../texts/en";
import { clock } from "./format";
import { verdictState } from "./state";
import { StateMark } from "./StateMark";
import { timeTitle } from "./Time";
import { Thumbnail } from "./Thumbnail";
import css from "./StripFrame.module.css";

interface Props {
  product: InspectionSummary;
  zone: string;
  defects: LineView["defects"];
}

export function StripFrame({ product, zone, defects }: Props): ReactNode {
  const state = verdictState(product.outcome, product.verdict);
  const at = Date.parse(product.at);
  return (
    <Link
      to="/sites/$site/products/$product"
      params={{ site: product.site, product: product.product }}
      className={css.frame}
      data-state={state}
      data-product={product.product}
      title={timeTitle(at, zone)}
    >
      <Thumbnail picture={product.picture} state={product.picture_state} />
      <span className={css.verdict}>
        <StateMark state={state} size={13} />
        {en.verdict[product.verdict ?? product.outcome]}
      </span>
      <span className={css.why}>{reason(product, defects)}</span>
      <time className={css.time} dateTime={product.at}>
        {clock(at, zone)}
      </time>
    </Link>
  );
}

function reason(product: InspectionSummary, defects: LineView["defects"]): string {
  const [first, ...others] = product.reasons;
  if (first === undefined) return `#${product.trigger_count}`;
  const name = product.outcome === "explained" ? (en.explanationShort[first] ?? first) : (defects.find(({ label }) => label === first)?.name ?? first);
  return others.length === 0 ? name : `${name} +${others.length}`;
}

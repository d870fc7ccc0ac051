/** One product in the gallery: what it looks like, what was said of it, how surely, when and where. */

import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";

import type { Inspected } from "../../api/inspections";
import { en } from "../../texts/en";
import { inspectionsText as text } from "../../texts/inspections";
import { clock, day, percent, zoneName } from "../../widgets/format";
import { verdictState } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import { Thumbnail } from "../../widgets/Thumbnail";
import { timeTitle } from "../../widgets/Time";
import css from "./InspectionsPage.module.css";
import type { Vocabulary } from "./useVocabulary";

interface Props {
  product: Inspected;
  n: number;
  vocabulary: Vocabulary;
  /** The keyboard is here. */
  here: boolean;
  chosen: boolean;
  choose: (id: string) => void;
}

export const Card = memo(function Card({ product, n, vocabulary, here, chosen, choose }: Props): ReactNode {
  const state = verdictState(product.outcome, product.verdict);
  const site = vocabulary.plant?.sites.find(({ id }) => id === product.site);
  const line = site?.lines.find((other) => other.line === product.line);
  const at = Date.parse(product.at);
  return (
    <>
      <Link
        to="/sites/$site/products/$product"
        params={{ site: product.site, product: product.product }}
        className={css.card}
        data-state={state}
        data-chosen={chosen}
        data-product={product.product}
        data-n={n}
        tabIndex={here ? 0 : -1}
        preload={false}
      >
        <span className={css.stage}>
          <Thumbnail picture={product.picture} state={product.picture_state} />
        </span>
        <span className={css.words}>
          <StateWord state={state} word={en.verdict[product.verdict ?? product.outcome] ?? product.outcome} />
          <strong className={css.found}>{found(product, vocabulary)}</strong>
          <time dateTime={product.at} title={timeTitle(at, site?.timezone)}>
            {day(at, site?.timezone)} {clock(at, site?.timezone)} {zoneName(at, site?.timezone)}
          </time>
          <span>{text.line(site?.name ?? product.site, line?.name ?? product.line)}</span>
        </span>
      </Link>
      <label className={css.choose} title={text.choose(product.product)}>
        <input type="checkbox" checked={chosen} onChange={() => choose(`${product.site}/${product.product}`)} aria-label={text.choose(product.product)} tabIndex={here ? 0 : -1} />
      </label>
    </>
  );
});

/** "Scratch, dent 93.0 %" */
function found(product: Inspected, { nameOf }: Vocabulary): string {
  const explained = product.outcome === "explained";
  const names = product.reasons.map((reason) => (explained ? (en.explanationShort[reason] ?? reason) : nameOf(reason)));
  const score = product.score == null ? [] : [percent(product.score)];
  const words = [...(names.length === 0 ? [] : [names.join(", ")]), ...score];
  return words.length === 0 ? text.number(String(product.trigger_count)) : words.join(" ");
}

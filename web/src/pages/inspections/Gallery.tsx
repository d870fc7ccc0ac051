/** A grid of any length: pages come while one scrolls, only rows near the screen are drawn, and the keyboard moves in it. */

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";

import { inspectionsQuery, type Inspected } from "../../api/inspections";
import { inspectionsText as text } from "../../texts/inspections";
import { Empty, Failed } from "../../widgets/Answer";
import { count } from "../../widgets/format";
import { useWidth } from "../../widgets/useWidth";
import { Card } from "./Card";
import { columnsIn, GAP, movedBy, ROW } from "./grid";
import css from "./InspectionsPage.module.css";
import { isFiltered, toQuestion, type InspectionsSearch } from "./search";
import { useRowsInSight } from "./useRowsInSight";
import type { Vocabulary } from "./useVocabulary";

const SKELETONS = 24;

interface Props {
  search: InspectionsSearch;
  asOf: number;
  vocabulary: Vocabulary;
  reset: () => void;
}

export function Gallery({ search, asOf, vocabulary, reset }: Props): ReactNode {
  const answer = useInfiniteQuery(inspectionsQuery(toQuestion(search, asOf), asOf));
  const pages = answer.data?.pages;
  const products = useMemo(() => pages?.flatMap(({ items }) => items) ?? [], [pages]);
  if (answer.error !== null && pages === undefined) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  if (pages === undefined) return <Waiting />;
  return (
    <section className={css.gallery} aria-label={text.list} aria-busy={answer.isPlaceholderData}>
      <p className={css.status} role="status" data-testid="gallery-status" data-settled={!answer.isFetching}>
        {statusOf(answer.isPlaceholderData, answer.isFetchingNextPage, answer.hasNextPage, products.length)}
      </p>
      {products.length === 0 ? <Nothing filtered={isFiltered(search)} reset={reset} /> : null}
      <Grid
        products={products}
        vocabulary={vocabulary}
        more={() => {
          if (answer.hasNextPage && !answer.isFetching && !answer.isFetchNextPageError) void answer.fetchNextPage();
        }}
      />
      {answer.isFetchNextPageError ? <MoreFailed again={() => void answer.fetchNextPage()} /> : null}
    </section>
  );
}

interface GridProps {
  products: readonly Inspected[];
  vocabulary: Vocabulary;
  /** The end comes into sight. */
  more: () => void;
}

function Grid({ products, vocabulary, more }: GridProps): ReactNode {
  const [ref, width] = useWidth<HTMLUListElement>();
  const columns = columnsIn(width);
  const rows = Math.ceil(products.length / columns);
  const [first, last] = useRowsInSight(ref, rows);
  const [focused, setHere] = useState(0);
  // Another filter may give fewer: one card can always be reached by keyboard.
  const here = Math.min(focused, products.length - 1);
  const { chosen, choose, forget } = useChosen();
  useEffect(() => {
    if (width > 0 && last >= rows) more();
  });
  const cardWidth = (width - GAP * (columns - 1)) / columns;
  const drawn = width === 0 ? [] : drawnIn(first * columns, last * columns, here, products.length);
  const focus = useFocusOn(ref);
  const move = (event: KeyboardEvent): void => {
    const at = movedBy(event.key, here, columns, products.length);
    if (at === null || !(event.target instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    setHere(at);
    focus(at);
  };
  return (
    <>
      <ul ref={ref} className={css.grid} style={{ height: rows * ROW - GAP }} onKeyDown={move} data-testid="gallery">
        {drawn.map((n) => {
          const product = products[n];
          if (product === undefined) return null;
          const id = `${product.site}/${product.product}`;
          const [row, column] = [Math.floor(n / columns), n % columns];
          return (
            <li key={id} className={css.cell} style={{ width: cardWidth, transform: `translate(${column * (cardWidth + GAP)}px, ${row * ROW}px)` }} onFocus={() => setHere(n)}>
              <Card product={product} n={n} vocabulary={vocabulary} here={n === here} chosen={chosen.includes(id)} choose={choose} />
            </li>
          );
        })}
      </ul>
      <CompareBar chosen={chosen} forget={forget} />
    </>
  );
}

/** Cards near the screen, and the one that the keyboard is on. */
function drawnIn(first: number, last: number, here: number, total: number): number[] {
  const drawn = Array.from({ length: Math.max(0, Math.min(last, total) - first) }, (_, n) => first + n);
  return here >= 0 && (here < first || here >= last) ? [...drawn, here] : drawn;
}

/** Gives the keyboard to a card as soon as it is drawn. */
function useFocusOn(ref: RefObject<HTMLElement | null>): (n: number) => void {
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const card = ref.current?.querySelector<HTMLElement>(`[data-n="${wanted.current}"]`);
    wanted.current = null;
    card?.focus();
  });
  return (n) => {
    wanted.current = n;
  };
}

/** At most two; a third takes the place of the first. */
function useChosen(): { chosen: readonly string[]; choose: (id: string) => void; forget: () => void } {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const choose = useCallback((id: string) => setChosen((before) => (before.includes(id) ? before.filter((other) => other !== id) : [...before.slice(-1), id])), []);
  return { chosen, choose, forget: () => setChosen([]) };
}

function CompareBar({ chosen, forget }: { chosen: readonly string[]; forget: () => void }): ReactNode {
  const navigate = useNavigate();
  if (chosen.length === 0) return null;
  const compare = (): void => void navigate({ to: "/inspections", search: (before: object) => ({ ...before, compare: chosen.join() }) });
  return (
    <div className={css.bar} role="region" aria-label={text.compare}>
      <span>{text.chosen(chosen.length)}</span>
      <Button variant="default" size="md" onClick={forget}>
        {text.forget}
      </Button>
      <Button size="md" disabled={chosen.length < 2} onClick={compare}>
        {text.compare}
      </Button>
    </div>
  );
}

function Nothing({ filtered, reset }: { filtered: boolean; reset: () => void }): ReactNode {
  if (!filtered) return <Empty text={text.nothingYet} />;
  return (
    <div className={css.nothing}>
      <Empty title={text.emptyTitle} text={text.empty} />
      <Button variant="default" size="md" onClick={reset}>
        {text.reset}
      </Button>
    </div>
  );
}

function MoreFailed({ again }: { again: () => void }): ReactNode {
  return (
    <p role="alert" className={css.nothing}>
      {text.moreFailed}
      <Button variant="default" size="md" onClick={again}>
        {text.again}
      </Button>
    </p>
  );
}

/** The grid's final shape before the first products are there. */
function Waiting(): ReactNode {
  return (
    <section className={css.gallery} aria-busy="true" aria-label={text.list}>
      <p className={css.status}>{text.searching}</p>
      <div className={css.waiting}>
        {Array.from({ length: SKELETONS }, (_, n) => (
          <Skeleton key={n} height={ROW - GAP} />
        ))}
      </div>
    </section>
  );
}

function statusOf(searching: boolean, loading: boolean, more: boolean, n: number): string {
  if (searching) return text.searching;
  if (loading) return text.loadingMore;
  return more ? text.loaded(count(n)) : text.all(count(n), n === 1);
}

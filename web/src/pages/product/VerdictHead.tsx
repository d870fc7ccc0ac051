/** The verdict and why; the way to the products before and after. */

import { Kbd } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";

import { productQuery } from "../../api/queries";
import type { ProductView } from "../../api/types";
import { en } from "../../texts/en";
import { day, percent } from "../../widgets/format";
import { Icon } from "../../widgets/Icon";
import { verdictState } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import { Time } from "../../widgets/Time";
import type { NameOf } from "./ProductPage";
import css from "./ProductPage.module.css";

export function VerdictHead({ product, nameOf }: { product: ProductView; nameOf: NameOf }): ReactNode {
  const state = verdictState(product.outcome, product.verdict);
  return (
    <section className={css.head} data-state={state}>
      <div>
        <h1>{en.productPage.title(String(product.trigger_count))}</h1>
        <span className="quiet">
          {day(Date.parse(product.effective_at), product.timezone)}, <Time at={product.effective_at} zone={product.timezone} />
        </span>
      </div>
      <span className={css.verdict} data-testid="verdict">
        <StateWord strong state={state} word={en.verdict[product.verdict ?? product.outcome] ?? product.outcome} />
      </span>
      <Why product={product} nameOf={nameOf} />
      <Steps product={product} />
    </section>
  );
}

function Why({ product, nameOf }: { product: ProductView; nameOf: NameOf }): ReactNode {
  if (product.outcome === "explained") return <span className={css.why}>{product.reasons.map((reason) => en.explanation[reason] ?? reason).join(". ")}.</span>;
  if (product.verdict === "pass") return <span className={css.why}>{en.productPage.why.pass}</span>;
  return (
    <span className={css.why}>
      {product.reasons.map((label) => (
        <span key={label}>
          <strong>{nameOf(label)}</strong> {seenBy(product, label)}
        </span>
      ))}
    </span>
  );
}

/** "93.0 % by Camera 1; 71.2 % by Camera 3" */
function seenBy(product: ProductView, label: string): string {
  return product.shots
    .flatMap((shot) => (shot.boxes ?? []).filter((box) => box.label === label).map((box) => en.productPage.seenBy(percent(box.score), shot.camera_name)))
    .join("; ");
}

function Steps({ product }: { product: ProductView }): ReactNode {
  const navigate = useNavigate();
  const go = (id: string | null): void => {
    if (id !== null) void navigate({ to: "/sites/$site/products/$product", params: { site: product.site, product: id }, resetScroll: false });
  };
  const queries = useQueryClient();
  useEffect(() => {
    // The neighbours are ready before their key is pressed.
    for (const id of [product.previous, product.next]) if (id !== null) void queries.prefetchQuery(productQuery(product.site, id));
  }, [queries, product.site, product.previous, product.next]);
  useHotkeys([
    ["j", () => go(product.next)],
    ["k", () => go(product.previous)],
  ]);
  return (
    <nav className={css.steps} data-secondary>
      <Step site={product.site} id={product.previous} icon="left" hint="k" label={en.productPage.previous} />
      <Step site={product.site} id={product.next} icon="right" hint="j" label={en.productPage.next} />
    </nav>
  );
}

function Step({ site, id, icon, hint, label }: { site: string; id: string | null; icon: string; hint: string; label: string }): ReactNode {
  return (
    <Link
      to="/sites/$site/products/$product"
      params={{ site, product: id ?? "" }}
      disabled={id === null}
      resetScroll={false}
      className={css.step}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} size={18} />
      <Kbd>{hint}</Kbd>
    </Link>
  );
}

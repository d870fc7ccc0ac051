import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { lineQuery, productQuery } from "../../api/queries";
import type { ProductView } from "../../api/types";
import { en } from "../../texts/en";
import { Answer } from "../../widgets/Answer";
import { Causes } from "./Causes";
import { Detectors } from "./Detectors";
import { LedgerPanel } from "./LedgerPanel";
import css from "./ProductPage.module.css";
import { ProductSkeleton } from "./ProductSkeleton";
import { Readings } from "./Readings";
import { TimesPanel } from "./TimesPanel";
import { VerdictHead } from "./VerdictHead";
import { Views } from "./Views";

const PENDING_MS = 2_000;
const NEWEST_MS = 3_000;

export type NameOf = (label: string) => string;

export function ProductPage(): ReactNode {
  const { site, product } = useParams({ from: "/sites/$site/products/$product" });
  const view = useQuery({ ...productQuery(site, product), refetchInterval: ({ state }) => refreshOf(state.data) });
  return (
    <Answer query={view} what={en.error.what.product} skeleton={<ProductSkeleton />}>
      {(data) => <Rooms key={data.product} product={data} />}
    </Answer>
  );
}

/** A record never changes; only its pictures arrive, and a next product. */
function refreshOf(product: ProductView | undefined): number | false {
  if (product === undefined) return false;
  if (product.shots.some(({ picture_state }) => picture_state === "pending")) return PENDING_MS;
  return product.next === null ? NEWEST_MS : false;
}

function Rooms({ product }: { product: ProductView }): ReactNode {
  const line = useQuery(lineQuery(product.site, product.line));
  const nameOf: NameOf = (label) => line.data?.defects.find((defect) => defect.label === label)?.name ?? label.replaceAll("_", " ");
  return (
    <div className={`${css.page} rooms`}>
      <VerdictHead product={product} nameOf={nameOf} />
      <div className={`${css.columns} rooms`}>
        <div className={`${css.main} rooms`}>
          <Views shots={product.shots} nameOf={nameOf} />
          <Causes product={product} />
        </div>
        <div className={css.side}>
          <TimesPanel product={product} />
          <Detectors shots={product.shots} />
          <LedgerPanel product={product} />
        </div>
      </div>
      <Readings product={product} />
    </div>
  );
}

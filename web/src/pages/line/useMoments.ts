/** When the rejected products that point to the failed step were there: exact, from their dossiers, not by a constant lag. */

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { productQuery } from "../../api/queries";
import type { FailedStep, LineView, ProductView } from "../../api/types";

const MOST = 12;

/** ms since 1970. */
export function useMoments(line: LineView, failed: FailedStep): readonly number[] {
  const rejected = line.products.filter(({ verdict }) => verdict === "reject").slice(0, MOST);
  const key = useQueries({
    queries: rejected.map(({ site, product }) => ({ ...productQuery(site, product), staleTime: Infinity })),
    combine: (answers) => answers.flatMap(({ data }) => momentOf(data, failed.step)).join(),
  });
  return useMemo(() => (key === "" ? [] : key.split(",").map(Number)), [key]);
}

function momentOf(product: ProductView | undefined, step: string): number[] {
  const strongest = product?.causes?.[0];
  return strongest?.step === step ? [Date.parse(strongest.at)] : [];
}

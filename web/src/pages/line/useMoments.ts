/** When the rejected products that point to the failed step were there: exact, from their dossiers, not by a constant lag. */

import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { rejectsQuery } from "../../api/inspections";
import { productQuery } from "../../api/queries";
import type { FailedStep, LineView, ProductView } from "../../api/types";

/** The newest ones tell where to look; a hundred lines would hide the plot. */
const MOST = 16;

/** ms since 1970; null while they are asked for. */
export function useMoments(line: LineView, failed: FailedStep): readonly number[] | null {
  const rejects = useQuery(rejectsQuery(line.site, line.line, failed.first_at, failed.last_product, MOST));
  const key = useQueries({
    queries: (rejects.data?.items ?? []).map(({ site, product }) => ({ ...productQuery(site, product), staleTime: Infinity })),
    combine: (answers) => (answers.some(({ data }) => data !== undefined) ? answers.flatMap(({ data }) => momentOf(data, failed.step)).join() : null),
  });
  return useMemo(() => (key === null ? null : key === "" ? [] : key.split(",").map(Number)), [key]);
}

function momentOf(product: ProductView | undefined, step: string): number[] {
  const strongest = product?.causes?.[0];
  return strongest?.step === step ? [Date.parse(strongest.at)] : [];
}

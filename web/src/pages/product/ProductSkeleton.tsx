import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import css from "./ProductPage.module.css";

/** The page's final shape before its numbers are there. */
export function ProductSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton height={74} />
      <div className={css.columns}>
        <Skeleton height={720} />
        <div className={css.side}>
          <Skeleton height={300} />
          <Skeleton height={240} />
        </div>
      </div>
    </div>
  );
}

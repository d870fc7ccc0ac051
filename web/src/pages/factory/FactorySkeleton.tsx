import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import css from "./FactoryPage.module.css";

/** The page's final shape before its numbers are there. */
export function FactorySkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton className={css.headSkeleton ?? ""} />
      <div className={css.top}>
        <div className={css.oee}>
          <Skeleton height={256} />
          <Skeleton height={256} />
        </div>
        <Skeleton height={528} />
        <Skeleton className={css.alarmSkeleton ?? ""} />
      </div>
      <Skeleton height={240} />
      <div className={css.pair}>
        <Skeleton height={392} />
        <Skeleton height={392} />
      </div>
    </div>
  );
}

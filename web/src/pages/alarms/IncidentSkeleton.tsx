import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import css from "./IncidentPage.module.css";

/** The page's final shape before its numbers are there. */
export function IncidentSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton height={196} />
      <div className={css.columns}>
        <div className={css.left}>
          <Skeleton height={460} />
          <Skeleton height={284} />
          <Skeleton height={200} />
        </div>
        <Skeleton height={460} />
      </div>
    </div>
  );
}

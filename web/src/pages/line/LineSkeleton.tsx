import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import css from "./LinePage.module.css";

/** The page's final shape before its numbers are there. */
export function LineSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton height={74} />
      <div className={css.oee}>
        <Skeleton height={242} width={410} />
        <Skeleton height={242} />
      </div>
      <Skeleton height={516} />
      <Skeleton height={284} />
      <Skeleton height={800} />
    </div>
  );
}

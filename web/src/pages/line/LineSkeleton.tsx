import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import css from "./LinePage.module.css";

/** The page's final shape before its numbers are there. */
export function LineSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton height={74} />
      <Skeleton height={588} />
      <div className={css.why}>
        <Skeleton height={416} />
        <Skeleton height={416} />
      </div>
      <Skeleton height={300} />
      <Skeleton height={284} />
      <Skeleton height={242} />
      <Skeleton height={800} />
    </div>
  );
}

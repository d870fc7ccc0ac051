import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import { ASPECT } from "../../world/projection";
import css from "./EnterprisePage.module.css";

/** The page's final shape before its numbers are there. */
export function EnterpriseSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton height={96} />
      <div className={css.columns}>
        <div className={css.left}>
          <Skeleton height="auto" style={{ aspectRatio: String(ASPECT * 0.9) }} />
          <Skeleton height={220} />
        </div>
        <Skeleton height={680} />
      </div>
    </div>
  );
}

import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import css from "./AlarmsPage.module.css";

/** The page's final shape before its alarms are there. */
export function AlarmsSkeleton(): ReactNode {
  return (
    <div className={css.page} aria-busy="true" aria-label={en.loading}>
      <Skeleton height={300} />
      <Skeleton height={130} />
    </div>
  );
}

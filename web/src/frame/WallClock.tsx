import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { plantQuery } from "../api/queries";
import { useNow } from "../live/clock";
import { en } from "../texts/en";
import { clock, zoneName } from "../widgets/format";
import { timeTitle } from "../widgets/Time";
import css from "./Frame.module.css";

/** The time at the site that is shown; the viewer's own where there is none. */
export function WallClock(): ReactNode {
  const now = useNow();
  const { site } = useParams({ strict: false });
  const plant = useQuery({ ...plantQuery, enabled: site !== undefined });
  const here = plant.data?.sites.find((other) => other.id === site);
  const zone = here?.timezone;
  return (
    <span className={css.clock} title={timeTitle(now, zone)}>
      <strong>{clock(now, zone)}</strong>
      <span>{here === undefined ? en.frame.yourZone(zoneName(now)) : `${here.name}, ${zoneName(now, zone)}`}</span>
    </span>
  );
}

/** Shown while nothing is heard from the hub: since when, and what happens next. */

import type { ReactNode } from "react";

import { useNow } from "../live/clock";
import { useConnection } from "../live/live";
import { en } from "../texts/en";
import { clock, span, zoneName } from "../widgets/format";
import { StateMark } from "../widgets/StateMark";
import css from "./Frame.module.css";

export function LostBanner(): ReactNode {
  const connection = useConnection();
  // The tick keeps both spans counting; they are differences of the viewer's own clock.
  useNow();
  if (connection.state !== "lost") return null;
  const now = Date.now();
  const wait = connection.nextTryAt - now;
  return (
    <div className={css.banner} role="alert" data-testid="lost-banner" data-chrome>
      <StateMark state="act" size={18} />
      <strong>{en.frame.lostTitle}</strong>
      <span>{en.frame.lostSince(`${clock(connection.since)} ${zoneName(connection.since)}`, span(now - connection.since))}</span>
      <span aria-hidden="true">{wait > 500 ? en.frame.lostNext(span(wait)) : en.frame.lostTrying}</span>
    </div>
  );
}

/** Times in the site's zone, the viewer's on hover; ages that tick. */

import type { ReactNode } from "react";

import { useNow } from "../live/clock";
import { en } from "../texts/en";
import { clock, fineClock, moment, span } from "./format";

interface TimeProps {
  at: string;
  zone: string | undefined;
  fine?: boolean;
}

export function Time({ at, zone, fine = false }: TimeProps): ReactNode {
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={timeTitle(ms, zone)}>
      {fine ? fineClock(ms, zone) : clock(ms, zone)}
    </time>
  );
}

/** How long ago by the hub's clock. */
export function Age({ at }: { at: string }): ReactNode {
  return <>{en.age(useSpanSince(at))}</>;
}

export function Since({ at }: { at: string }): ReactNode {
  return <>{en.since(useSpanSince(at))}</>;
}

export function useSpanSince(at: string): string {
  return span(useNow() - Date.parse(at));
}

export function timeTitle(ms: number, zone: string | undefined): string {
  return [moment(ms, zone), en.yourTime(moment(ms)), en.utc(moment(ms, "UTC"))].join("\n");
}

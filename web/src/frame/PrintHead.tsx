/** On paper, instead of the frame: what this is, where, and from when. */

import type { ReactNode } from "react";

import { useNow } from "../live/clock";
import { en } from "../texts/en";
import { moment } from "../widgets/format";
import { usePlaces } from "./PlaceTrail";

export function PrintHead(): ReactNode {
  const places = usePlaces();
  const now = useNow();
  return (
    <p className="print-only">
      <strong>{en.product}</strong>
      {` · ${places.map(({ name }) => name).join(" › ")} · ${moment(now)}`}
    </p>
  );
}

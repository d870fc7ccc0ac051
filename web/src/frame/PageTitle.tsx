/** The one owner of the tab's title: what waits to be acknowledged, where, and whose page it is. "(3) Beijing · Lineside" */

import { useEffect, type ReactNode } from "react";

import { en } from "../texts/en";
import { useBoard } from "./AlarmMark";
import { usePlaces } from "./PlaceTrail";

export function PageTitle(): ReactNode {
  const places = usePlaces();
  const here = places[places.length - 1]?.name ?? en.product;
  const waiting = useBoard()?.unacknowledged ?? 0;
  useEffect(() => {
    document.title = pageTitle(here, waiting);
  }, [here, waiting]);
  return null;
}

export function pageTitle(here: string, waiting: number): string {
  const place = here === en.product ? here : `${here} · ${en.product}`;
  return waiting === 0 ? place : `(${waiting}) ${place}`;
}

/** Which rows of a grid in the page are near the screen; told anew only when it is others. */

import { useLayoutEffect, useState, type RefObject } from "react";

import { rowsInSight } from "./grid";

export function useRowsInSight(ref: RefObject<HTMLElement | null>, rows: number): [first: number, last: number] {
  const [sight, setSight] = useState<[number, number]>([0, 0]);
  useLayoutEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const top = ref.current?.getBoundingClientRect().top ?? 0;
      const next = rowsInSight(-top, window.innerHeight, rows);
      setSight((before) => (before[0] === next[0] && before[1] === next[1] ? before : next));
    };
    const later = (): void => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }, [ref, rows]);
  return sight;
}

import { useLayoutEffect, useRef, useState, type CSSProperties, type RefObject } from "react";

import { PAPER_WIDTH } from "../frame/paper";

/** The width of an element in px, known before the first paint and kept up to date. */
export function useWidth<T extends HTMLElement>(): [RefObject<T | null>, number] {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** For an element of the class `drawn`, whose content is placed for this width: on paper it keeps it, and is made smaller as a whole. */
export function drawn(width: number): CSSProperties {
  return width === 0 ? {} : ({ "--drawn": width, "--paper": PAPER_WIDTH } as CSSProperties);
}

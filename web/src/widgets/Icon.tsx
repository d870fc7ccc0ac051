/** Line drawings of 24 × 24. A step's icon names one; an unknown name shows the neutral step. */

import type { ReactNode } from "react";

const PATHS: Record<string, string> = {
  blank: "",
  tick: "M5 12.500l4.500 4.500L19 7.500",
  gallery: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.500v.3",
  contrast: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 3v18M12 7l5 2M12 11l7 1M12 15l6 2",
  left: "M14.500 5.500L8 12l6.500 6.500",
  right: "M9.500 5.500L16 12l-6.500 6.500",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  step: "M4 7h16v10H4zM8 7v10M16 7v10",
  slug: "M4 9.500c0-1.700 3.600-3 8-3s8 1.300 8 3v5c0 1.700-3.600 3-8 3s-8-1.300-8-3zM4 9.500c0 1.700 3.600 3 8 3s8-1.300 8-3",
  lubrication: "M12 3.500c3.300 4 5.500 6.800 5.500 10a5.500 5.500 0 0 1-11 0c0-3.200 2.200-6 5.500-10zM9.300 14a2.800 2.800 0 0 0 2.700 2.700",
  extrusion: "M8 3h8v6H8zM12 9v3M5 21V13h3v5h8v-5h3v8z",
  shell: "M7 4.500c0-.8 2.200-1.500 5-1.500s5 .7 5 1.500v15c0 .8-2.200 1.500-5 1.500s-5-.7-5-1.500zM7 4.500c0 .8 2.200 1.500 5 1.500s5-.7 5-1.500",
  necking: "M9.500 3h5v4.500c0 2 3 3 3 6V21h-11v-7.500c0-3 3-4 3-6zM9.500 6h5",
  "heat-treatment": "M8 20c-2-1.500-3-3.200-3-5.200 0-3.300 3-4.300 3-8.300 2 .8 3 2.200 3.200 4 1-.8 1.500-2.500 1.300-4.500 3 2 6 5 6 8.800 0 2-1 3.700-3 5.200M9.500 20.500c0-2 2.500-2.500 2.500-5 1.500 1 2.500 3 2.500 5",
  threading: "M7 4h10v3H7zM6 9.500l12-2M6 13l12-2M6 16.500l12-2M7 17v3.500h10V15",
  hydrotesting: "M3 17c1.500 0 1.500 1.500 3 1.500s1.500-1.500 3-1.500 1.500 1.500 3 1.500 1.500-1.500 3-1.500 1.500 1.500 3 1.500 1.500-1.500 3-1.500M12 14a5 5 0 1 1 5-5M12 9l3.500-3.500",
  inspection: "M3 12s3.500-6 9-6 9 6 9 6-3.500 6-9 6-9-6-9-6zM12 14.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600",
  shipping: "M3 7h11v9H3zM14 10h4l3 3v3h-7zM7 18.500a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400M17 18.500a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400",
  coil: "M12 20a8 8 0 1 0-8-8M12 16.500A4.500 4.500 0 1 0 7.500 12M12 13a1 1 0 1 0-1-1M4 12v8h8",
  roll: "M8 10.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M8 20.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M12 12h10M2 12h3",
  cut: "M6 4l12 13M18 4L6 17M6.500 20.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4M17.500 20.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  paint: "M4 4h13v5H4zM17 6.500h3v5h-8V14M10.500 14h3v6h-3z",
  pack: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
};

export function Icon({ name, size = 24 }: { name: string; size?: number }): ReactNode {
  const path = PATHS[name] ?? PATHS.step ?? "";
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.600" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

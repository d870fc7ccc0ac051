/** The ongoing alarms of some lines, with what people can do about them in place. */

import type { ReactNode } from "react";

interface Props {
  /** Only alarms of these sites; without it of all. */
  sites?: readonly string[];
  /** Only alarms of this line (with one site). */
  line?: string;
}

export function OpenAlarms(_: Props): ReactNode {
  return null;
}

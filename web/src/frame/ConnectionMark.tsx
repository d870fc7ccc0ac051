import type { ReactNode } from "react";

import { useConnection } from "../live/live";
import { en } from "../texts/en";
import type { State } from "../widgets/state";
import { StateWord } from "../widgets/StateMark";
import css from "./Frame.module.css";

const STATES: Record<"connecting" | "live" | "lost", State> = { connecting: "nodata", live: "good", lost: "act" };

export function ConnectionMark(): ReactNode {
  const { state } = useConnection();
  return (
    <span className={css.connection} role="status" data-connection={state}>
      <StateWord state={STATES[state]} word={en.frame[state]} />
    </span>
  );
}

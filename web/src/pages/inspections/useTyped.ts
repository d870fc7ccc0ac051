/** The text of the filter while it is typed: shown at once, kept in the address when it is left. */

import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";

import type { InspectionsSearch } from "./search";
import { understood, type Entry, type Understood } from "./words";

/** A hand that types quickly makes a letter in about this time; a longer wait would be felt. */
const PAUSE_MS = 80;

export interface Typed extends Understood {
  text: string;
  setText: (text: string) => void;
  /** What is understood becomes part of the address; what is not stays in the field. */
  keep: () => void;
}

export function useTyped(entries: readonly Entry[], set: (part: Partial<InspectionsSearch>) => void): Typed {
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const meaning = understood(settled, entries);
  const key = JSON.stringify(meaning.filter);
  // The same filter stays the same object: a letter that changes nothing asks nothing.
  const filter = useMemo(() => JSON.parse(key) as Partial<InspectionsSearch>, [key]);
  const keep = (): void => {
    const now = understood(text, entries);
    if (now.names.length === 0) return;
    set(now.filter);
    setText(now.unknown ?? "");
  };
  return { ...meaning, filter, text, setText, keep };
}

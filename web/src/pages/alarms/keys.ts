/** Moving in a list of alarms and acting by keys: they press the buttons that everybody sees, or go to the field. */

import { useHotkeys } from "@mantine/hooks";
import { useRef, useState, type RefObject } from "react";

import { alarms as text } from "../../texts/alarms";
import { tell } from "../../widgets/toast";

interface Keys {
  list: RefObject<HTMLDivElement | null>;
  chosen: number | null;
  choose: (alarm: number) => void;
}

/** `everywhere`: the page is this list; else the keys work while the focus is in it. */
export function useAlarmKeys(everywhere: boolean): Keys {
  const list = useRef<HTMLDivElement>(null);
  const [chosen, choose] = useState<number | null>(null);
  const rows = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>("[data-alarm]") ?? [])];
  const at = (): number => rows().findIndex((row) => row.dataset.alarm === String(chosen));
  const here = (): boolean => {
    const focus = document.activeElement;
    // An open menu or dialog has its own keys.
    if (focus?.closest("[role=menu], [role=dialog]")) return false;
    return everywhere || (list.current?.contains(focus) ?? false);
  };
  const move = (by: 1 | -1): void => {
    if (!here()) return;
    const all = rows();
    const from = at();
    const next = all[from === -1 ? 0 : Math.min(all.length - 1, Math.max(0, from + by))];
    // The focus follows, so that Enter opens and Tab goes on to the buttons.
    next?.querySelector<HTMLElement>("[data-opens]")?.focus();
  };
  const press = (action: string): void => {
    if (!here()) return;
    const row = rows()[at()];
    if (row === undefined) tell("neutral", text.failed.chooseFirst);
    const control = row?.querySelector<HTMLElement>(`[data-action="${action}"]`);
    control?.focus();
    control?.click();
  };
  useHotkeys([
    ["j", () => move(1)],
    ["k", () => move(-1)],
    ["a", () => press("acknowledge")],
    ["s", () => press("assign")],
    ["c", () => press("comment")],
    ["x", () => press("clear")],
  ]);
  return { list, chosen, choose };
}

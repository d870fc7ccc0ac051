/** Turns pages on a wall. They live in a router of their own, so that the address stays the wall's and its connection is one. */

import { useHotkeys } from "@mantine/hooks";
import { createMemoryHistory, RouterProvider, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";

import type { EnterpriseView } from "../../api/types";
import { WallTurns, wallScreen } from "../../frame/WallFrame";
import { besideRouter } from "../../router";
import { wall as text } from "../../texts/wall";
import { nameOf, onWall } from "./pages";
import css from "./WallPage.module.css";

/** A long page has so many turns; what lies further down is not for a wall. */
const MOST_SCREENS = 2;
/** Less than this below the screen is no reason for a turn. */
const SLACK_PX = 80;

interface Turn {
  page: number;
  screen: number;
  /** Counts all turns: the progress begins anew with each. */
  n: number;
}

interface Props {
  paths: readonly string[];
  /** s */
  every: number;
  plant: EnterpriseView;
}

export function Rotation({ paths, every, plant }: Props): ReactNode {
  const [router] = useState(() => besideRouter(createMemoryHistory({ initialEntries: [onWall(paths[0] ?? "/")] })));
  const [turn, setTurn] = useState<Turn>({ page: 0, screen: 0, n: 0 });
  const path = paths[turn.page] ?? "/";
  const next = useCallback(() => setTurn((before) => following(before, paths.length, isMoreBelow())), [paths.length]);
  useEffect(() => {
    const timer = setTimeout(next, every * 1_000);
    return () => clearTimeout(timer);
  }, [turn, every, next]);
  useEffect(() => {
    // Replaced, not pushed: a wall runs for months.
    router.history.replace(onWall(path));
  }, [router, path]);
  useEffect(() => {
    window.scrollTo(0, turn.screen * wallScreen());
  }, [turn]);
  useHotkeys([["ArrowRight", next]]);
  const coming = nameOf(paths[(turn.page + 1) % paths.length] ?? "/", plant);
  const turns = useTurns(turn, every, paths.length === 1 ? null : text.next(coming));
  return (
    <WallTurns value={turns}>
      <RouterProvider router={router} />
    </WallTurns>
  );
}

/** What the frame shows of the turning, and how one leaves it: to the form that made it. */
function useTurns({ n }: Turn, every: number, words: string | null) {
  const navigate = useNavigate();
  return useMemo(
    () => ({
      leave: () => void navigate({ to: "/wall", search: {} }),
      progress: words === null ? null : <Progress key={n} every={every} words={words} />,
    }),
    [navigate, n, every, words],
  );
}

function Progress({ every, words }: { every: number; words: string }): ReactNode {
  return (
    <span className={css.progress}>
      <span className={css.words}>{words}</span>
      <span className={css.bar} style={{ animationDuration: `${every}s` }} aria-hidden="true" />
    </span>
  );
}

export function following({ page, screen, n }: Turn, pages: number, moreBelow: boolean): Turn {
  if (moreBelow && screen + 1 < MOST_SCREENS) return { page, screen: screen + 1, n: n + 1 };
  return { page: (page + 1) % pages, screen: 0, n: n + 1 };
}

function isMoreBelow(): boolean {
  return document.documentElement.scrollHeight - window.scrollY - window.innerHeight > SLACK_PX;
}

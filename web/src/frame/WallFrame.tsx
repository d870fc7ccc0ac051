/** The frame on a wall: no menus, everything in large type; what is shown, what is wrong, is it live, what time is it. */

import { Outlet, useNavigate } from "@tanstack/react-router";
import { useHotkeys } from "@mantine/hooks";
import { createContext, use, useEffect, useLayoutEffect, type ReactNode } from "react";

import { useConnection } from "../live/live";
import { AlarmMark } from "./AlarmMark";
import { ConnectionMark } from "./ConnectionMark";
import { LostBanner } from "./LostBanner";
import { PageTitle } from "./PageTitle";
import { usePlaces } from "./PlaceTrail";
import { WallClock } from "./WallClock";
import css from "./WallFrame.module.css";

/** 12 px, the smallest text of any page, is 20 px on a wall. */
const LEAST_ZOOM = 20 / 12;
/** From here on the type grows with the screen. */
const DESIGN_WIDTH_PX = 1152;
/** As in WallFrame.module.css, before the zoom. */
const STRIP_PX = 56;

/** Given by who turns the pages; alone, a page leaves by itself. */
export const WallTurns = createContext<{ leave: () => void; progress: ReactNode } | null>(null);

export function WallFrame(): ReactNode {
  const { state } = useConnection();
  const turns = use(WallTurns);
  useWallSize();
  useWallKeys(turns?.leave);
  useWakeLock();
  return (
    <>
      <header className={css.strip} data-chrome>
        <Here />
        <AlarmMark />
        <ConnectionMark />
        <WallClock />
        {turns?.progress}
      </header>
      <LostBanner />
      <main className={css.page} data-stale={state === "lost"}>
        <Outlet />
      </main>
      <PageTitle />
    </>
  );
}

/** The place by its last two names: "Beijing › Line 1" */
function Here(): ReactNode {
  const places = usePlaces();
  return <strong className={css.here}>{places.filter(({ level }) => level !== "region").slice(-2).map(({ name }) => name).join(" › ")}</strong>;
}

/** How much larger than at a desk everything is. */
export function wallZoom(): number {
  return Math.max(LEAST_ZOOM, window.innerWidth / DESIGN_WIDTH_PX);
}

/** px of a page that are in sight at once. */
export function wallScreen(): number {
  return window.innerHeight - STRIP_PX * wallZoom();
}

/** Marks the document as a wall and scales its type with the screen. */
function useWallSize(): void {
  useLayoutEffect(() => {
    const root = document.documentElement;
    const measure = (): void => root.style.setProperty("--wall-zoom", String(wallZoom()));
    root.dataset.wall = "true";
    measure();
    window.addEventListener("resize", measure);
    return () => {
      window.removeEventListener("resize", measure);
      delete root.dataset.wall;
      root.style.removeProperty("--wall-zoom");
    };
  }, []);
}

/** f: full screen on and off; Escape: out of full screen by the browser itself, then out of the wall. */
function useWallKeys(leave: (() => void) | undefined): void {
  const navigate = useNavigate();
  const alone = (): void => void navigate({ to: ".", search: (before: object) => ({ ...before, wall: undefined }), replace: true });
  useHotkeys([
    ["f", toggleFullScreen],
    ["Escape", leave ?? alone],
  ]);
}

function toggleFullScreen(): void {
  // Refused without a gesture or by the browser's settings: then the window stays as it is.
  const asked = document.fullscreenElement === null ? document.documentElement.requestFullscreen?.() : document.exitFullscreen();
  asked?.catch(refused);
}

/** A screen that sleeps shows nothing. The browser takes the lock away with the tab's visibility: asked again then. */
function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const keep = (): void => {
      if (document.hidden || !("wakeLock" in navigator)) return;
      navigator.wakeLock.request("screen").then((given) => (over ? void given.release() : (lock = given)), refused);
    };
    keep();
    document.addEventListener("visibilitychange", keep);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", keep);
      void lock?.release();
    };
  }, []);
}

/** The browser does not allow it: a wall works without it, only less well. */
function refused(reason: unknown): void {
  if (!(reason instanceof DOMException || reason instanceof TypeError)) throw reason;
}

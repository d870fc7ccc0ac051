/** The frame of every page: where am I, what is wrong, is it live, what time is it, who am I, how does it look, what does it mean. */

import { Link, Outlet, useLocation, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useConnection } from "../live/live";
import { PersonMark } from "../person/PersonMark";
import { en } from "../texts/en";
import { AlarmMark } from "./AlarmMark";
import { ConnectionMark } from "./ConnectionMark";
import css from "./Frame.module.css";
import { Help } from "./Help";
import { LostBanner } from "./LostBanner";
import { Pages } from "./Pages";
import { PageTitle } from "./PageTitle";
import { PlaceTrail } from "./PlaceTrail";
import { PrintHead } from "./PrintHead";
import { SchemeSwitch } from "./SchemeSwitch";
import { SoundSwitch } from "./SoundSwitch";
import { Toasts } from "./Toasts";
import { WallClock } from "./WallClock";
import { WallFrame } from "./WallFrame";

export function Frame(): ReactNode {
  const search = useSearch({ strict: false });
  const turning = useLocation({ select: ({ pathname, search: given }) => pathname === "/wall" && ("pages" in given || "every" in given) });
  // Pages that turn on a wall have a frame each: around them there is none.
  if (turning) return <Outlet />;
  return search.wall === undefined ? <DeskFrame /> : <WallFrame />;
}

function DeskFrame(): ReactNode {
  const { state } = useConnection();
  return (
    <>
      <a className={css.skip} href="#content" data-chrome>
        {en.frame.skip}
      </a>
      <header className={css.bar} data-chrome>
        <Link to="/" className={css.brand} aria-label={en.product}>
          <img src="/icon.svg" width="28" height="28" alt="" />
          <span className={css.brandName}>{en.product}</span>
        </Link>
        <PlaceTrail />
        <div className={css.tools}>
          <Pages />
          <AlarmMark />
          <SoundSwitch />
          <ConnectionMark />
          <WallClock />
          <PersonMark />
          <SchemeSwitch />
          <Help />
        </div>
      </header>
      <LostBanner />
      <PrintHead />
      <main id="content" className={css.content} tabIndex={-1} data-stale={state === "lost"}>
        <Outlet />
      </main>
      <Toasts />
      <PageTitle />
    </>
  );
}

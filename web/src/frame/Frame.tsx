/** The frame of every page: where am I, is it live, what time is it, how does it look, what does it mean. */

import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useConnection } from "../live/live";
import { en } from "../texts/en";
import { ConnectionMark } from "./ConnectionMark";
import css from "./Frame.module.css";
import { Help } from "./Help";
import { LostBanner } from "./LostBanner";
import { Pages } from "./Pages";
import { PlaceTrail } from "./PlaceTrail";
import { SchemeSwitch } from "./SchemeSwitch";
import { WallClock } from "./WallClock";

export function Frame(): ReactNode {
  const { state } = useConnection();
  return (
    <>
      <a className={css.skip} href="#content">
        {en.frame.skip}
      </a>
      <header className={css.bar}>
        <Link to="/" className={css.brand} aria-label={en.product}>
          <img src="/icon.svg" width="28" height="28" alt="" />
          <span className={css.brandName}>{en.product}</span>
        </Link>
        <PlaceTrail />
        <div className={css.tools}>
          <Pages />
          <ConnectionMark />
          <WallClock />
          <SchemeSwitch />
          <Help />
        </div>
      </header>
      <LostBanner />
      <main id="content" className={css.content} tabIndex={-1} data-stale={state === "lost"}>
        <Outlet />
      </main>
    </>
  );
}

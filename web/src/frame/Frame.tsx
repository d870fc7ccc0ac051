/** The frame of every page: where am I, is it live, what time is it, how does it look, what does it mean. */

import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { en } from "../texts/en";
import { ConnectionMark } from "./ConnectionMark";
import css from "./Frame.module.css";
import { Help } from "./Help";
import { LostBanner } from "./LostBanner";
import { PlaceTrail } from "./PlaceTrail";
import { SchemeSwitch } from "./SchemeSwitch";
import { WallClock } from "./WallClock";

export function Frame(): ReactNode {
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
          <WallClock />
          <ConnectionMark />
          <SchemeSwitch />
          <Help />
        </div>
      </header>
      <LostBanner />
      <main id="content" className={css.content} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

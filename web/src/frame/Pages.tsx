/** Pages that belong to no place of the plant. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { inspectionsText } from "../texts/inspections";
import { Icon } from "../widgets/Icon";
import css from "./Frame.module.css";

export function Pages(): ReactNode {
  return (
    <Link to="/inspections" search={{}} className={css.page} aria-label={inspectionsText.title} title={inspectionsText.title} activeProps={{ "aria-current": "page" }}>
      <Icon name="gallery" size={20} />
      <span>{inspectionsText.title}</span>
    </Link>
  );
}

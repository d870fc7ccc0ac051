/** A site with one line opens that line; with several, the list of its lines. */

import { Link } from "@tanstack/react-router";
import type { CSSProperties, ReactNode } from "react";

import type { SiteSummary } from "../api/types";

interface Props {
  site: SiteSummary;
  className?: string | undefined;
  style?: CSSProperties;
  children: ReactNode;
}

export function SiteLink({ site, className, style, children }: Props): ReactNode {
  const shared = {
    className: className ?? "",
    style: style ?? {},
    "data-site": site.id,
  };
  const only = site.lines.length === 1 ? site.lines[0] : undefined;
  if (only === undefined) {
    return (
      <Link to="/sites/$site" params={{ site: site.id }} {...shared}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/sites/$site/lines/$line" params={{ site: site.id, line: only.line }} {...shared}>
      {children}
    </Link>
  );
}

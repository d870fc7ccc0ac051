/** The last hour of one value. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { readingsQuery } from "../../api/queries";
import type { LineView, TagView } from "../../api/types";
import { en } from "../../texts/en";
import { TagChart } from "../../widgets/chart/TagChart";
import { Icon } from "../../widgets/Icon";
import css from "./TagPanel.module.css";

const MINUTES = 60;
const BIN = "10s";
const HEIGHT = 240;

export function TagHistory({ line, tag, step }: { line: LineView; tag: TagView; step: string | undefined }): ReactNode {
  const history = useQuery(readingsQuery(line.site, line.line, tag.key, MINUTES, BIN));
  const title = en.linePage.historyTitle(tag.name, MINUTES);
  return (
    <section className={css.history}>
      <header className={css.historyHead}>
        <h3>{title}</h3>
        <Link
          from="/sites/$site/lines/$line"
          to="/sites/$site/lines/$line"
          search={step === undefined ? {} : { step }}
          resetScroll={false}
          className={css.close}
          aria-label={en.linePage.closeHistory}
        >
          <Icon name="close" size={18} />
        </Link>
      </header>
      <div style={{ height: HEIGHT }}>
        {history.error === null ? null : <p className="quiet">{`${en.error.loading} ${history.error.message}`}</p>}
        {history.data === undefined ? null : history.data.points.length === 0 ? (
          <p className="quiet">{en.linePage.noHistory}</p>
        ) : (
          <TagChart tag={tag} points={history.data.points} zone={line.timezone} height={HEIGHT} label={title} />
        )}
      </div>
    </section>
  );
}

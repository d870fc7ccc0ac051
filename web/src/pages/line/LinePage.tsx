import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { lineQuery } from "../../api/queries";
import type { LineView } from "../../api/types";
import { useLive } from "../../live/live";
import { en } from "../../texts/en";
import { Answer } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import { FilmStrip } from "./FilmStrip";
import { LineHead } from "./LineHead";
import { LineOee } from "./LineOee";
import css from "./LinePage.module.css";
import { LineSkeleton } from "./LineSkeleton";
import { ProcessGraph } from "./ProcessGraph";
import { TagPanel } from "./TagPanel";

export function LinePage(): ReactNode {
  const { site, line } = useParams({ from: "/sites/$site/lines/$line" });
  const view = useLive(`line/${site}/${line}`, lineQuery(site, line));
  return (
    <Answer query={view} what={en.error.what.line} skeleton={<LineSkeleton />}>
      {(data) => <Rooms line={data} />}
    </Answer>
  );
}

function Rooms({ line }: { line: LineView }): ReactNode {
  return (
    <div className={css.page}>
      <LineHead line={line} />
      <LineOee line={line} />
      <Panel title={en.linePage.process} note={en.linePage.processNote}>
        <ProcessGraph steps={line.steps} edges={line.edges} inspection={line.inspection_step} cameras={line.cameras.length} />
      </Panel>
      <FilmStrip line={line} />
      <TagPanel line={line} />
    </div>
  );
}

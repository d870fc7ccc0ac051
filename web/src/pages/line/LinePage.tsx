import { useHotkeys } from "@mantine/hooks";
import { useParams } from "@tanstack/react-router";
import { useCallback, useState, type ReactNode } from "react";

import { lineQuery } from "../../api/queries";
import type { LineView } from "../../api/types";
import { useLive } from "../../live/live";
import { en } from "../../texts/en";
import { lineText } from "../../texts/line";
import { Answer } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import { OpenAlarms } from "../alarms/OpenAlarms";
import { EventDialog } from "./EventDialog";
import { FilmStrip } from "./FilmStrip";
import { LineHead } from "./LineHead";
import { LineOee } from "./LineOee";
import css from "./LinePage.module.css";
import { LineSkeleton } from "./LineSkeleton";
import { ProcessGraph } from "./ProcessGraph";
import { TagPanel } from "./TagPanel";
import { TodaysEvents } from "./TodaysEvents";
import { WentWrong } from "./WentWrong";

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
  // Where an event is being entered: undefined while none is, null for the whole line.
  const [entering, setEntering] = useState<string | null>();
  const enterHere = useCallback(() => setEntering(null), []);
  useHotkeys([["e", enterHere]]);
  return (
    <div className={css.page}>
      <LineHead line={line} enter={enterHere} />
      <Panel title={en.linePage.process} note={en.linePage.processNote}>
        <ProcessGraph
          steps={line.steps}
          edges={line.edges}
          inspection={line.inspection_step}
          cameras={line.cameras.length}
          failed={line.failed ?? null}
          enter={setEntering}
        />
      </Panel>
      <div className={css.why}>
        <WentWrong line={line} className={css.kept} />
        <TodaysEvents line={line} enter={enterHere} className={css.kept} />
      </div>
      <Panel title={lineText.alarms} className={css.alarms}>
        <OpenAlarms sites={[line.site]} line={line.line} />
      </Panel>
      <FilmStrip line={line} />
      <LineOee line={line} />
      <TagPanel line={line} />
      <EventDialog line={line} step={entering} close={() => setEntering(undefined)} />
    </div>
  );
}

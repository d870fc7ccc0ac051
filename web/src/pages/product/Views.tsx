/** The cameras' views side by side, zoomed and moved as one. */

import type { ReactNode } from "react";

import type { ShotView } from "../../api/types";
import { en } from "../../texts/en";
import { Panel } from "../../widgets/Panel";
import type { NameOf } from "./ProductPage";
import { View, shapeOf } from "./View";
import css from "./Views.module.css";
import { useZoom, ZoomTools } from "./ZoomTools";

export function Views({ shots, nameOf }: { shots: readonly ShotView[]; nameOf: NameOf }): ReactNode {
  const zoom = useZoom();
  const shape = shots.map(shapeOf).find((known) => known !== null);
  return (
    <Panel title={en.productPage.views} note={en.productPage.viewsNote} aside={<ZoomTools {...zoom} />}>
      <div className={css.views} data-single={shots.length === 1}>
        {shots.map((shot) => (
          <View key={shot.camera} shot={shot} nameOf={nameOf} zoom={zoom.zoom} setZoom={zoom.setZoom} showBoxes={zoom.boxes} {...(shape == null ? {} : { shape })} />
        ))}
      </div>
    </Panel>
  );
}

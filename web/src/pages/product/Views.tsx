/** The cameras' views side by side, zoomed and moved as one. */

import { ActionIcon, Switch } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useState, type ReactNode } from "react";

import type { ShotView } from "../../api/types";
import { en } from "../../texts/en";
import { Icon } from "../../widgets/Icon";
import { Panel } from "../../widgets/Panel";
import type { NameOf } from "./ProductPage";
import { View } from "./View";
import css from "./Views.module.css";
import { WHOLE, zoomIn, zoomOut, type Zoom } from "./zoom";

export function Views({ shots, nameOf }: { shots: readonly ShotView[]; nameOf: NameOf }): ReactNode {
  const [zoom, setZoom] = useState<Zoom>(WHOLE);
  const [boxes, setBoxes] = useState(true);
  useHotkeys([
    ["+", () => setZoom(zoomIn)],
    ["=", () => setZoom(zoomIn)],
    ["-", () => setZoom(zoomOut)],
    ["0", () => setZoom(WHOLE)],
  ]);
  const tools = (
    <div className={css.tools}>
      <Switch label={en.productPage.showBoxes} checked={boxes} onChange={(event) => setBoxes(event.currentTarget.checked)} />
      <Tool icon="minus" label={en.productPage.zoomOut} onClick={() => setZoom(zoomOut)} disabled={zoom.scale <= 1} />
      <Tool icon="plus" label={en.productPage.zoomIn} onClick={() => setZoom(zoomIn)} />
      <Tool icon="whole" label={en.productPage.zoomReset} onClick={() => setZoom(WHOLE)} disabled={zoom.scale <= 1} />
    </div>
  );
  return (
    <Panel title={en.productPage.views} note={en.productPage.viewsNote} aside={tools}>
      <div className={css.views} data-single={shots.length === 1}>
        {shots.map((shot) => (
          <View key={shot.camera} shot={shot} nameOf={nameOf} zoom={zoom} setZoom={setZoom} showBoxes={boxes} />
        ))}
      </div>
    </Panel>
  );
}

function Tool({ icon, label, onClick, disabled = false }: { icon: string; label: string; onClick: () => void; disabled?: boolean }): ReactNode {
  return (
    <ActionIcon variant="default" size={36} onClick={onClick} disabled={disabled} aria-label={label} title={label}>
      <Icon name={icon} size={18} />
    </ActionIcon>
  );
}

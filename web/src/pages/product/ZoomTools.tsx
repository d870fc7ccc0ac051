/** One zoom for all views that are shown, with its buttons and keys. */

import { ActionIcon, Switch } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useState, type Dispatch, type ReactNode, type SetStateAction } from "react";

import { en } from "../../texts/en";
import { Icon } from "../../widgets/Icon";
import css from "./Views.module.css";
import { WHOLE, zoomIn, zoomOut, type Zoom } from "./zoom";

export interface Zooming {
  zoom: Zoom;
  setZoom: Dispatch<SetStateAction<Zoom>>;
  /** Boxes are drawn. */
  boxes: boolean;
  setBoxes: (shown: boolean) => void;
}

export function useZoom(): Zooming {
  const [zoom, setZoom] = useState<Zoom>(WHOLE);
  const [boxes, setBoxes] = useState(true);
  useHotkeys([
    ["+", () => setZoom(zoomIn)],
    ["=", () => setZoom(zoomIn)],
    ["-", () => setZoom(zoomOut)],
    ["0", () => setZoom(WHOLE)],
  ]);
  return { zoom, setZoom, boxes, setBoxes };
}

export function ZoomTools({ zoom, setZoom, boxes, setBoxes }: Zooming): ReactNode {
  return (
    <div className={css.tools} data-secondary>
      <Switch label={en.productPage.showBoxes} checked={boxes} onChange={(event) => setBoxes(event.currentTarget.checked)} />
      <Tool icon="minus" label={en.productPage.zoomOut} onClick={() => setZoom(zoomOut)} disabled={zoom.scale <= 1} />
      <Tool icon="plus" label={en.productPage.zoomIn} onClick={() => setZoom(zoomIn)} />
      <Tool icon="whole" label={en.productPage.zoomReset} onClick={() => setZoom(WHOLE)} disabled={zoom.scale <= 1} />
    </div>
  );
}

function Tool({ icon, label, onClick, disabled = false }: { icon: string; label: string; onClick: () => void; disabled?: boolean }): ReactNode {
  return (
    <ActionIcon variant="default" size={44} onClick={onClick} disabled={disabled} aria-label={label} title={label}>
      <Icon name={icon} size={18} />
    </ActionIcon>
  );
}

/** One camera's picture with its boxes drawn over it. Each box is a node with a name, for tests and screen readers. */

import { useRef, useState, type Dispatch, type PointerEvent, type ReactNode, type SetStateAction } from "react";

import type { Box, ShotView } from "../../api/types";
import { en } from "../../texts/en";
import { percent, wholePercent } from "../../widgets/format";
import { StateMark } from "../../widgets/StateMark";
import { evidenceUrl } from "../../widgets/Thumbnail";
import type { NameOf } from "./ProductPage";
import css from "./Views.module.css";
import { moved, windowOf, zoomAt, type Window, type Zoom } from "./zoom";

interface Props {
  shot: ShotView;
  nameOf: NameOf;
  zoom: Zoom;
  setZoom: Dispatch<SetStateAction<Zoom>>;
  showBoxes: boolean;
  /** Width by height of a picture that was not taken: as its neighbours are. */
  shape?: string;
}

export function View({ shot, nameOf, zoom, setZoom, showBoxes, shape = "1 / 1" }: Props): ReactNode {
  const window = windowOf(zoom);
  const boxes = shot.boxes ?? [];
  const drag = useDrag(zoom, setZoom);
  return (
    <figure className={css.view} data-camera={shot.camera}>
      <div className={css.stage} style={{ aspectRatio: shapeOf(shot) ?? shape }} data-zoomed={zoom.scale > 1} {...drag}>
        <svg className={css.svg} viewBox={viewBox(shot, window)} role="group" aria-label={shot.camera_name}>
          <Picture shot={shot} />
          {showBoxes ? boxes.map((box, n) => <Outline key={n} box={box} label={en.productPage.box(nameOf(box.label), percent(box.score), shot.camera_name)} />) : null}
        </svg>
        <NoPicture shot={shot} />
        {showBoxes ? boxes.map((box, n) => <Tag key={n} box={box} shot={shot} window={window} nameOf={nameOf} crowded={boxes.slice(0, n).some((other) => near(box, other, shot))} />) : null}
      </div>
      <figcaption className={css.caption}>
        <strong>{shot.camera_name}</strong>
        <Found shot={shot} nameOf={nameOf} />
      </figcaption>
    </figure>
  );
}

/** As CSS has it; null when the camera delivered nothing. */
export function shapeOf({ width, height }: ShotView): string | null {
  return width > 0 && height > 0 ? `${width} / ${height}` : null;
}

function Picture({ shot }: { shot: ShotView }): ReactNode {
  const [failed, setFailed] = useState(false);
  if (shot.picture === null || shot.picture_state !== "present") return null;
  if (failed) return <title>{en.picture.failed}</title>;
  return <image href={evidenceUrl(shot.picture)} width={shot.width} height={shot.height} onError={() => setFailed(true)} />;
}

function NoPicture({ shot }: { shot: ShotView }): ReactNode {
  if (shot.picture_state === "present") return null;
  const words: Record<string, string> = en.picture;
  return <div className={css.none}>{shot.boxes === null ? en.picture.notTaken : (words[shot.picture_state] ?? shot.picture_state)}</div>;
}

function Outline({ box, label }: { box: Box; label: string }): ReactNode {
  const place = { x: box.x1, y: box.y1, width: box.x2 - box.x1, height: box.y2 - box.y1 };
  return (
    <g role="img" aria-label={label} data-box={box.label}>
      <rect className={css.halo} {...place} />
      <rect className={css.box} {...place} />
    </g>
  );
}

interface TagProps {
  box: Box;
  shot: ShotView;
  window: Window;
  nameOf: NameOf;
  /** Another box has its words above already. */
  crowded: boolean;
}

/** Shares of the picture, whatever its size, that the words at a box cover. */
const WORDS_WIDE = 0.16;
const WORDS_HIGH = 0.07;

/** Two boxes whose words would cover each other. */
function near(a: Box, b: Box, { width, height }: ShotView): boolean {
  return Math.abs(a.x1 - b.x1) < width * WORDS_WIDE && Math.abs(a.y1 - b.y1) < height * WORDS_HIGH;
}

/** The words at a box; outside of the SVG, so that they keep their size. */
function Tag({ box, shot, window, nameOf, crowded }: TagProps): ReactNode {
  const left = (box.x1 / shot.width - window.left) / window.size;
  const top = (box.y1 / shot.height - window.top) / window.size;
  const bottom = (box.y2 / shot.height - window.top) / window.size;
  if (left > 1 || left < -0.5 || top > 1 || bottom < 0) return null;
  const below = crowded || top < 0.12;
  const fromRight = left > 0.7;
  const right = 1 - (box.x2 / shot.width - window.left) / window.size;
  return (
    <span
      className={css.tag}
      data-below={below}
      style={{ top: `${(below ? bottom : top) * 100}%`, ...(fromRight ? { right: `${right * 100}%` } : { left: `${Math.max(0, left) * 100}%` }) }}
      aria-hidden="true"
    >
      {nameOf(box.label)} {wholePercent(box.score)}
    </span>
  );
}

function Found({ shot, nameOf }: { shot: ShotView; nameOf: NameOf }): ReactNode {
  if (shot.boxes === null) return <Word state="nodata" word={en.productPage.notLooked} />;
  if (shot.boxes.length === 0) return <Word state="good" word={en.productPage.boxes(0)} />;
  return <Word state="act" word={shot.boxes.map((box) => `${nameOf(box.label)} ${percent(box.score)}`).join(", ")} />;
}

function Word({ state, word }: { state: "good" | "act" | "nodata"; word: string }): ReactNode {
  return (
    <span className={css.found}>
      <StateMark state={state} size={13} />
      {word}
    </span>
  );
}

function viewBox(shot: ShotView, { left, top, size }: Window): string {
  return [left * shot.width, top * shot.height, size * shot.width, size * shot.height].join(" ");
}

/** Drag moves all views, a double click zooms in where it points. */
function useDrag(zoom: Zoom, setZoom: Dispatch<SetStateAction<Zoom>>) {
  const last = useRef<[number, number] | null>(null);
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (zoom.scale <= 1) return;
      last.current = [event.clientX, event.clientY];
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (last.current === null) return;
      const { clientWidth, clientHeight } = event.currentTarget;
      const [x, y] = last.current;
      const [dx, dy] = [(event.clientX - x) / clientWidth, (event.clientY - y) / clientHeight];
      last.current = [event.clientX, event.clientY];
      setZoom((before) => moved(before, dx, dy));
    },
    onPointerUp: () => {
      last.current = null;
    },
    onDoubleClick: (event: React.MouseEvent<HTMLDivElement>) => {
      const place = event.currentTarget.getBoundingClientRect();
      const { left, top, size } = windowOf(zoom);
      const x = left + ((event.clientX - place.left) / place.width) * size;
      const y = top + ((event.clientY - place.top) / place.height) * size;
      setZoom((before) => zoomAt(before, x, y));
    },
  };
}

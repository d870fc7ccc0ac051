/** An arrow to the next step with its transport time. */

import { getSmoothStepPath, useInternalNode, type Edge, type EdgeProps } from "@xyflow/react";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import { seconds } from "../../widgets/format";
import css from "./ProcessGraph.module.css";

export type LagFlowEdge = Edge<{ lag_s: number }, "lag">;

const HEAD = 6;

export function LagEdge(props: EdgeProps<LagFlowEdge>): ReactNode {
  const { data } = props;
  const [sourceX, sourceY] = useSide(props.source, props.sourceHandleId);
  const [targetX, targetY] = useSide(props.target, props.targetHandleId);
  const [path, x, y] = getSmoothStepPath({ ...props, sourceX, sourceY, targetX, targetY, borderRadius: 8 });
  const upright = Math.abs(targetX - sourceX) < Math.abs(targetY - sourceY);
  const turn = upright ? 90 : targetX > sourceX ? 0 : 180;
  const time = seconds(data?.lag_s ?? 0);
  return (
    <g className={css.edge}>
      <path d={path} />
      <polygon points={`0,0 -${HEAD + 3},-${HEAD} -${HEAD + 3},${HEAD}`} transform={`translate(${targetX} ${targetY}) rotate(${turn})`} />
      <text x={upright ? x + 8 : x - 2} y={upright ? y + 4 : y - 7} textAnchor={upright ? "start" : "middle"}>
        <title>{en.linePage.lag(time)}</title>
        {time}
      </text>
    </g>
  );
}

/** The middle of the side that a handle names, from the layout itself: measured on a wall, where the page is zoomed, it would be elsewhere. */
function useSide(card: string, handle: string | null | undefined): [x: number, y: number] {
  const node = useInternalNode(card);
  if (node === undefined) return [0, 0];
  const { x, y } = node.internals.positionAbsolute;
  const [width, height] = [node.width ?? 0, node.height ?? 0];
  const side = handle?.split("-")[1];
  if (side === "left" || side === "right") return [side === "left" ? x : x + width, y + height / 2];
  return [x + width / 2, side === "top" ? y : y + height];
}

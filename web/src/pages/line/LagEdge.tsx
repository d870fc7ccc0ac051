/** An arrow to the next step with its transport time. */

import { getSmoothStepPath, type Edge, type EdgeProps } from "@xyflow/react";
import type { ReactNode } from "react";

import { en } from "../../texts/en";
import { seconds } from "../../widgets/format";
import css from "./ProcessGraph.module.css";

export type LagFlowEdge = Edge<{ lag_s: number }, "lag">;

const HEAD = 6;

export function LagEdge(props: EdgeProps<LagFlowEdge>): ReactNode {
  const { sourceX, sourceY, targetX, targetY, data } = props;
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 8 });
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

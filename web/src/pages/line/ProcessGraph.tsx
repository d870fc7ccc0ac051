/** The process as a graph of step cards. Nothing is scaled: the layout follows the width, so text keeps its size. */

import "@xyflow/react/dist/base.css";

import { ReactFlow, type Edge, type EdgeTypes, type Node, type NodeTypes } from "@xyflow/react";
import { useMemo, type ReactNode } from "react";

import type { EdgeView, FailedStep, StepView } from "../../api/types";
import { drawn, useWidth } from "../../widgets/useWidth";
import { GAP_X, GAP_Y, snake, type Cell } from "./layout";
import { LagEdge, type LagFlowEdge } from "./LagEdge";
import css from "./ProcessGraph.module.css";
import { cardHeight, StepCard, type Blame, type StepNode } from "./StepCard";

const NODES: NodeTypes = { step: StepCard };
const EDGES: EdgeTypes = { lag: LagEdge };

interface Props {
  steps: readonly StepView[];
  edges: readonly EdgeView[];
  inspection: string;
  cameras: number;
  failed: FailedStep | null;
  /** Asked to enter an event at a step. */
  enter: (step: string) => void;
}

export function ProcessGraph({ steps, edges, inspection, cameras, failed, enter }: Props): ReactNode {
  const [ref, width] = useWidth<HTMLDivElement>();
  const tall = cardHeight(steps);
  const ids = steps.map(({ id }) => id).join("\n");
  const grid = useMemo(() => snake(ids.split("\n"), edges, width), [ids, edges, width]);
  const nodes = useMemo(() => {
    const byId = new Map(steps.map((step) => [step.id, step]));
    return grid.cells.flatMap((cell): Node[] => {
      const step = byId.get(cell.id);
      return step === undefined ? [] : [toNode(cell, grid.cardWidth, tall, { step, cameras: cell.id === inspection ? cameras : 0, blame: blameOf(step, failed), enter })];
    });
  }, [steps, grid, tall, inspection, cameras, failed, enter]);
  const flow = useMemo(() => edges.map((edge) => toEdge(edge, grid.cells)), [edges, grid]);
  const height = grid.rows * (tall + GAP_Y) - GAP_Y;
  return (
    <div ref={ref} className={`${css.graph} drawn`} style={{ height, ...drawn(width) }}>
      {width === 0 ? null : (
        <ReactFlow
          nodes={nodes}
          edges={flow}
          nodeTypes={NODES}
          edgeTypes={EDGES}
          width={width}
          height={height}
          minZoom={1}
          maxZoom={1}
          defaultViewport={{ x: 0, y: 0, zoom: 1 }}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          panOnDrag={false}
          panOnScroll={false}
          zoomOnScroll={false}
          zoomOnPinch={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          autoPanOnNodeFocus={false}
          disableKeyboardA11y
          proOptions={{ hideAttribution: true }}
        />
      )}
    </div>
  );
}

function blameOf(step: StepView, failed: FailedStep | null): Blame | null {
  return failed === null || failed.step !== step.id ? null : { defects: failed.defects, of: failed.of, tag: failed.tag };
}

function toNode(cell: Cell, width: number, height: number, data: StepNode["data"]): StepNode {
  return {
    id: cell.id,
    type: "step",
    position: { x: cell.column * (width + GAP_X), y: cell.row * (height + GAP_Y) },
    width,
    height,
    data,
  };
}

/** Which sides two cards face each other with. */
function toEdge(edge: EdgeView, cells: readonly Cell[]): LagFlowEdge {
  const from = cells.find(({ id }) => id === edge.source);
  const to = cells.find(({ id }) => id === edge.target);
  const level = from?.row === to?.row;
  const right = (from?.column ?? 0) < (to?.column ?? 0);
  const sides: Pick<Edge, "sourceHandle" | "targetHandle"> = level
    ? { sourceHandle: right ? "out-right" : "out-left", targetHandle: right ? "in-left" : "in-right" }
    : { sourceHandle: "out-bottom", targetHandle: "in-top" };
  return { id: `${edge.source}>${edge.target}`, type: "lag", source: edge.source, target: edge.target, ...sides, data: { lag_s: edge.lag_s } };
}

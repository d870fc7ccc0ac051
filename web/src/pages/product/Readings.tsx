/** What each step measured when this product was there. */

import type { ReactNode } from "react";

import type { Cause, ProductView, StepReading } from "../../api/types";
import { en } from "../../texts/en";
import { productText } from "../../texts/product";
import { Empty } from "../../widgets/Answer";
import { digitsFor, fixed, tagValue } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import { RangeBar, rangeText, scaleNumber } from "../../widgets/RangeBar";
import { tagState } from "../../widgets/state";
import { StateMark, StateWord } from "../../widgets/StateMark";
import table from "../../widgets/Table.module.css";
import { Time } from "../../widgets/Time";
import { ValueColumns } from "../../widgets/ValueColumns";
import css from "./ProductPage.module.css";

const COLUMNS = 7;

export function Readings({ product }: { product: ProductView }): ReactNode {
  const steps = bySteps(product.readings);
  return (
    <Panel title={en.productPage.readings} note={en.productPage.readingsNote}>
      {steps.length === 0 ? (
        <Empty text={en.productPage.noReadings} />
      ) : (
        <div className={table.scroll}>
          <table className={table.table}>
            <ValueColumns value={en.productPage.columns.value}>
              <th scope="col" className={table.number}>
                {en.productPage.columns.measured}
              </th>
            </ValueColumns>
            {steps.map((readings) => (
              <Step key={readings[0]?.step} readings={readings} causes={product.causes ?? []} zone={product.timezone} />
            ))}
          </table>
        </div>
      )}
    </Panel>
  );
}

function Step({ readings, causes, zone }: { readings: StepReading[]; causes: readonly Cause[]; zone: string }): ReactNode {
  const first = readings[0];
  if (first === undefined) return null;
  return (
    <tbody>
      <tr className={table.group}>
        <th colSpan={COLUMNS} scope="rowgroup">
          <span className={table.ends}>
            {first.step_name}
            <span>
              {en.productPage.columns.at} <Time at={first.at} zone={zone} />
            </span>
          </span>
        </th>
      </tr>
      {readings.map((reading) => (
        <Reading key={reading.key} reading={reading} rank={causes.findIndex(({ tag }) => tag === reading.key) + 1} zone={zone} />
      ))}
    </tbody>
  );
}

/** `rank`: its place among the causes; 0 when it is none. */
function Reading({ reading, rank, zone }: { reading: StepReading; rank: number; zone: string }): ReactNode {
  const state = tagState(reading.state);
  const scale = scaleNumber(reading, null);
  return (
    <tr data-tag={reading.key} data-state={rank === 0 ? undefined : "act"} className={rank === 0 ? undefined : css.causing}>
      <th scope="row">
        {reading.name}
        {rank === 0 ? null : (
          <a href="#causes" className={css.marked}>
            <StateMark state="act" size={13} />
            {productText.causes.marked(rank)}
          </a>
        )}
      </th>
      <td className={table.state} data-normal={state === "good"}>
        <StateWord state={state} word={en.tag[reading.state] ?? reading.state} />
      </td>
      <td className={table.number}>
        <strong>{tagValue(reading.value, scale)}</strong> <span className="quiet">{reading.unit}</span>
      </td>
      <td className={table.bar}>
        <RangeBar value={typeof reading.value === "number" ? reading.value : null} limits={reading} state={state} />
      </td>
      <td className={table.number}>{rangeText(reading, scale)}</td>
      <td className={`${table.number} ${table.roomy}`}>{reading.design_max === null ? en.range.any : fixed(reading.design_max, digitsFor(scale))}</td>
      <td className={table.number}>{reading.measured_at === null ? en.range.any : <Time at={reading.measured_at} zone={zone} />}</td>
    </tr>
  );
}

function bySteps(readings: readonly StepReading[]): StepReading[][] {
  const groups = new Map<string, StepReading[]>();
  for (const reading of readings) groups.set(reading.step, [...(groups.get(reading.step) ?? []), reading]);
  return [...groups.values()];
}

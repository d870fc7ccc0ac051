/** Which models looked at which picture, and how long it took. */

import type { ReactNode } from "react";

import type { ModelRunView, ShotView } from "../../api/types";
import { en } from "../../texts/en";
import { millis } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import css from "./ProductPage.module.css";

const DIGEST = 32;

export function Detectors({ shots }: { shots: readonly ShotView[] }): ReactNode {
  const timed = shots.filter(({ timings }) => timings !== null);
  const runs = shots.flatMap(({ models }) => models);
  if (timed.length === 0 && runs.length === 0) return <Panel title={en.productPage.detectors}>{en.productPage.noModels}</Panel>;
  return (
    <Panel title={en.productPage.detectors}>
      <Timings shots={timed} />
      <ul className={css.models}>
        {distinct(runs).map(({ model, name }) => (
          <li key={model}>
            <strong>{name ?? en.productPage.unnamedModel}</strong>
            <span>{meanTime(runs, model)}</span>
            <code className={`mono ${css.digest}`} title={model}>
              {model.slice(0, DIGEST)}…
            </code>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Timings({ shots }: { shots: readonly ShotView[] }): ReactNode {
  const text = en.productPage.timing;
  return (
    <table className={css.timings}>
      <thead>
        <tr>
          {[text.camera, text.capture, text.prepare, text.infer, text.total].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shots.map(({ camera, camera_name, timings }) => (
          <tr key={camera}>
            <th scope="row">{camera_name}</th>
            {timings === null ? null : (
              <>
                <td>{millis(timings.capture_us)}</td>
                <td>{millis(timings.prepare_us)}</td>
                <td>{millis(timings.infer_us)}</td>
                <td>{millis(timings.total_us)}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function distinct(runs: readonly ModelRunView[]): ModelRunView[] {
  return [...new Map(runs.map((run) => [run.model, run])).values()];
}

function meanTime(runs: readonly ModelRunView[], model: string): string {
  const mine = runs.filter((run) => run.model === model);
  return en.productPage.perPicture(millis(mine.reduce((sum, run) => sum + run.prepare_us + run.infer_us, 0) / mine.length));
}

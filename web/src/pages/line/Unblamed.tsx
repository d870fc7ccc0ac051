/** What is said while no step has failed: that all is well, that rejects do not agree, or that there is not enough evidence. */

import type { ReactNode } from "react";

import type { LineView } from "../../api/types";
import { lineText } from "../../texts/line";
import rows from "../../widgets/Rows.module.css";
import { StateWord } from "../../widgets/StateMark";
import css from "./WentWrong.module.css";

const text = lineText.failed;

export function Unblamed({ line }: { line: LineView }): ReactNode {
  const rejected = line.products.filter(({ verdict }) => verdict === "reject").length;
  const pointed = line.steps.filter(({ defects }) => defects > 0);
  if (pointed.length > 0) return <Scattered line={line} rejected={rejected} />;
  const blind = line.steps.every(({ tags }) => tags.length === 0);
  return (
    <div className={css.unblamed} data-testid="unblamed">
      <StateWord state={rejected === 0 ? "good" : "nodata"} word={rejected === 0 ? text.quietTitle : text.notEnoughTitle} />
      <p>{rejected === 0 ? text.quiet : text.notEnough(rejected, line.products.length)}</p>
      {blind ? <p className="quiet">{text.noTags}</p> : null}
    </div>
  );
}

function Scattered({ line, rejected }: { line: LineView; rejected: number }): ReactNode {
  return (
    <div className={css.unblamed} data-testid="unblamed">
      <StateWord state="watch" word={text.quietTitle} />
      <p>{text.scattered(rejected, line.products.length)}</p>
      <dl className={`${rows.rows} ${css.rows}`}>
        {line.steps
          .filter(({ defects }) => defects > 0)
          .map((step) => (
            <div key={step.id}>
              <dt>{step.name}</dt>
              <dd>{step.defects}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

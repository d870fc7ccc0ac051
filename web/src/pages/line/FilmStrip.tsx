/** The last products as pictures with their verdicts. Held still while somebody points at it or moves in it by keyboard. */

import { useState, type ReactNode } from "react";

import type { InspectionSummary, LineView } from "../../api/types";
import { en } from "../../texts/en";
import { Empty } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import { StripFrame } from "../../widgets/StripFrame";
import css from "../../widgets/StripFrame.module.css";

export function FilmStrip({ line }: { line: LineView }): ReactNode {
  const [held, setHeld] = useState<readonly InspectionSummary[] | null>(null);
  const shown = held ?? line.products;
  const hold = (): void => setHeld((already) => already ?? line.products);
  const release = (): void => setHeld(null);
  return (
    <Panel title={en.linePage.products} note={held === null ? en.linePage.productsNote : en.linePage.paused(newer(line.products, held))}>
      {shown.length === 0 ? <Empty text={en.linePage.noProducts} /> : null}
      <ol className={css.strip} onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={release} data-testid="film-strip">
        {shown.map((product, n) => (
          // The place is the key: a new product changes what a frame shows, and no frame moves.
          <li key={n}>
            <StripFrame product={product} zone={line.timezone} defects={line.defects} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function newer(now: readonly InspectionSummary[], held: readonly InspectionSummary[]): number {
  const newest = held[0]?.trigger_count ?? 0;
  return now.filter(({ trigger_count }) => trigger_count > newest).length;
}

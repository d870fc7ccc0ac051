import type { ReactNode } from "react";

import type { ProductView } from "../../api/types";
import { en } from "../../texts/en";
import { count } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import rows from "../../widgets/Rows.module.css";
import { StateWord } from "../../widgets/StateMark";
import { Time } from "../../widgets/Time";
import css from "./ProductPage.module.css";

/** Where this product's record stands: its number in the station's series and the digest of its bytes. */
export function LedgerPanel({ product }: { product: ProductView }): ReactNode {
  const { ledger, timezone } = product;
  const text = en.productPage.ledgerRows;
  return (
    <Panel title={en.productPage.ledger} note={en.productPage.ledgerNote}>
      <dl className={`${rows.rows} ${css.rows}`}>
        <div>
          <dt>{text.state}</dt>
          <dd data-testid="ledger-state">
            <StateWord state={ledger.state === "committed" ? "good" : "watch"} word={en.productPage.ledgerState[ledger.state] ?? ledger.state} />
          </dd>
        </div>
        <div>
          <dt>{text.station}</dt>
          <dd>{ledger.station}</dd>
        </div>
        <div>
          <dt>{text.seq}</dt>
          <dd>{count(ledger.seq)}</dd>
        </div>
        <div>
          <dt>{en.productPage.received}</dt>
          <dd>
            <Time at={ledger.received_at} zone={timezone} fine />
          </dd>
        </div>
        <div>
          <dt>{text.epoch}</dt>
          <dd className="mono">{ledger.epoch}</dd>
        </div>
        <div>
          <dt>{text.digest}</dt>
          <dd className="mono">{ledger.digest}</dd>
        </div>
        {ledger.flags.length === 0 ? null : (
          <div>
            <dt>{text.flags}</dt>
            <dd>{ledger.flags.join(", ")}</dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}

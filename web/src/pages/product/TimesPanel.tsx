import type { ReactNode } from "react";

import type { ProductView } from "../../api/types";
import { en } from "../../texts/en";
import { fixed, millis } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import rows from "../../widgets/Rows.module.css";
import { Time } from "../../widgets/Time";
import css from "./ProductPage.module.css";

/** When each thing happened to this product, and how long after the trigger. */
export function TimesPanel({ product }: { product: ProductView }): ReactNode {
  const text = en.productPage;
  const { output } = product;
  const outputAt = output.at == null ? null : new Date(output.at / 1_000).toISOString();
  return (
    <Panel title={text.times}>
      <dl className={`${rows.rows} ${css.rows}`}>
        <Row name={text.triggered} product={product} at={product.at} />
        <Row name={text.judged} product={product} at={product.judged_at} />
        <Row name={text.output} product={product} at={outputAt}>
          {output.given === null ? text.notGiven : `${text.given[output.given] ?? output.given}, ${output.confirmed ? text.confirmed : text.unconfirmed}`}
        </Row>
        <Row name={text.received} product={product} at={product.received_at} />
        <div>
          <dt>{text.lineState}</dt>
          <dd>
            {en.line[product.line_state]}
            {product.belt_speed_mps === null ? null : `, ${text.belt.toLowerCase()} ${fixed(product.belt_speed_mps, 2)} m/s`}
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function Row({ name, product, at, children }: { name: string; product: ProductView; at: string | null; children?: ReactNode }): ReactNode {
  const afterMs = at === null ? 0 : Date.parse(at) - Date.parse(product.at);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children === undefined ? null : <>{children} </>}
        {at === null ? "–" : <Time at={at} zone={product.timezone} fine />}
        {afterMs > 0 ? <span className={css.after}>{en.productPage.afterTrigger(millis(afterMs * 1_000))}</span> : null}
      </dd>
    </div>
  );
}

/** Which camera saw which defect. A grey bar compares the numbers; each defect opens its products. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { DefectSeries, ScopeView } from "../../api/types";
import type { Range } from "../../range/useRange";
import { factoryText } from "../../texts/factory";
import { count, percent } from "../../widgets/format";
import table from "../../widgets/Table.module.css";
import css from "./DefectsByCamera.module.css";
import { camerasOf, pareto, type DefectName } from "./defects";
import { galleryLink } from "./gallery";

const text = factoryText.cameras;

interface Props {
  series: DefectSeries;
  names: readonly DefectName[];
  view: ScopeView;
  range: Range;
}

export function DefectsByCamera({ series, names, view, range }: Props): ReactNode {
  const cameras = camerasOf(series, view.cameras);
  const seen = new Map(series.cells.map(({ label, camera, products }) => [`${label} ${camera}`, products]));
  const most = Math.max(1, ...seen.values());
  const found = pareto(series, names);
  const labels = new Set(found.map(({ label }) => label));
  // Types that were not found stay in the table: it keeps its height, and nothing found is told too.
  const rows = [...found, ...names.filter(({ label }) => !labels.has(label)).map((name) => ({ ...name, products: 0, ofJudged: series.judged > 0 ? 0 : null }))];
  return (
    <div className={table.scroll}>
      <table className={`${table.ruled} ${css.table}`}>
        <thead>
          <tr>
            <th scope="col">{text.defect}</th>
            <th scope="col" className={table.number}>
              {text.products}
            </th>
            <th scope="col" className={table.number}>
              {text.share}
            </th>
            {cameras.map(({ id, name }) => (
              <th key={id} scope="col" className={table.number}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, name, products, ofJudged }) => (
            <tr key={label} data-defect={label}>
              <th scope="row">
                <Link {...galleryLink(view.scope, label, range.from, range.to)} className={css.open} title={text.open(name)}>
                  {name}
                </Link>
              </th>
              <td className={table.number}>{count(products)}</td>
              <td className={table.number}>{percent(ofJudged)}</td>
              {cameras.map(({ id }) => (
                <Cell key={id} products={seen.get(`${label} ${id}`) ?? 0} most={most} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ products, most }: { products: number; most: number }): ReactNode {
  return (
    <td className={`${table.number} ${css.cell}`} data-zero={products === 0}>
      {count(products)}
      <span className={css.bar} style={{ transform: `scaleX(${products / most})` }} aria-hidden="true" />
    </td>
  );
}

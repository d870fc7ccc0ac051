/** The headings of a table of values, of now or of a product; `children` are the columns after the common ones. */

import type { ReactNode } from "react";

import { en } from "../texts/en";
import table from "./Table.module.css";

export function ValueColumns({ value, children }: { value: string; children: ReactNode }): ReactNode {
  const text = en.linePage.columns;
  return (
    <thead>
      <tr>
        <th scope="col">{text.tag}</th>
        <th scope="col">{text.state}</th>
        <th scope="col" className={table.number}>
          {value}
        </th>
        <th scope="col" className={table.bar}>
          {text.against}
        </th>
        <th scope="col" className={table.number}>
          {text.range}
        </th>
        <th scope="col" className={`${table.number} ${table.roomy}`}>
          {text.design}
        </th>
        {children}
      </tr>
    </thead>
  );
}

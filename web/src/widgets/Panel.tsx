/** A titled surface. Everything on a page stands in one. */

import type { ReactNode } from "react";

import css from "./Panel.module.css";

interface Props {
  title: ReactNode;
  note?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  id?: string;
  className?: string | undefined;
}

export function Panel({ title, note, aside, children, id, className }: Props): ReactNode {
  return (
    <section className={`${css.panel} ${className ?? ""}`} id={id}>
      <header className={css.head}>
        <div>
          <h2 className={css.title}>{title}</h2>
          {note === undefined ? null : <p className={css.note}>{note}</p>}
        </div>
        {aside}
      </header>
      {children}
    </section>
  );
}

import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../texts/en";
import css from "../widgets/Answer.module.css";

/** A bug in a page, or a page that a newer hub no longer serves. */
export function Crashed(): ReactNode {
  return (
    <div className={css.notice} role="alert">
      <h1>{en.error.title}</h1>
      <p>{en.error.crashed}</p>
      <Button variant="default" onClick={() => location.reload()}>
        {en.error.reload}
      </Button>
    </div>
  );
}

/** Every page's four states in one place: loading, failed, missing, there. */

import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { HubError } from "../api/fetch";
import { en } from "../texts/en";
import css from "./Answer.module.css";

interface Props<T> {
  query: UseQueryResult<T>;
  /** What is asked for, in a sentence: "site". */
  what: string;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

export function Answer<T>({ query, what, skeleton, children }: Props<T>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return skeleton;
  if (query.error instanceof HubError && query.error.status === 404) return <Missing text={query.error.message || en.error.missing(what)} />;
  return <Failed error={query.error} retry={() => void query.refetch()} />;
}

export function Missing({ text }: { text: string }): ReactNode {
  return (
    <div className={css.notice}>
      <h1>{en.error.missingTitle}</h1>
      <p>{text}</p>
      <Link to="/">{en.error.toMap}</Link>
    </div>
  );
}

export function Failed({ error, retry }: { error: Error; retry: () => void }): ReactNode {
  const remedy = error instanceof HubError ? error.remedy : null;
  return (
    <div className={css.notice} role="alert">
      <h1>{en.error.title}</h1>
      <p>
        {en.error.loading} {error.message}
      </p>
      {remedy === null ? null : <p>{remedy}</p>}
      <Button variant="default" onClick={retry}>
        {en.error.again}
      </Button>
    </div>
  );
}

export function Empty({ title, text }: { title?: string; text: string }): ReactNode {
  return (
    <div className={css.empty}>
      {title === undefined ? null : <strong>{title}</strong>}
      <p>{text}</p>
    </div>
  );
}

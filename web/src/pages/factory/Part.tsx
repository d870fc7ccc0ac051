/** One part of the page and its states: on its way, failed, there. It keeps its height, so that nothing moves; a chart that is being replaced is pale. */

import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { HubError } from "../../api/fetch";
import { en } from "../../texts/en";
import css from "./Part.module.css";

interface Props<T> {
  query: UseQueryResult<T>;
  /** px that are kept free at least. */
  height: number;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

export function Part<T>({ query, height, skeleton, children }: Props<T>): ReactNode {
  return (
    <div className={css.part} style={{ minHeight: height }} data-replaced={query.isPlaceholderData} aria-busy={query.isPending}>
      {query.data !== undefined ? children(query.data) : query.error === null ? skeleton : <Failure error={query.error} retry={() => void query.refetch()} />}
    </div>
  );
}

function Failure({ error, retry }: { error: Error; retry: () => void }): ReactNode {
  const remedy = error instanceof HubError ? error.remedy : null;
  return (
    <div className={css.failure} role="alert">
      <p>
        {en.error.loading} {error.message} {remedy}
      </p>
      <Button variant="default" size="md" onClick={retry}>
        {en.error.again}
      </Button>
    </div>
  );
}

/** A small picture of a product, or the word why there is none. */

import { useState, type ReactNode } from "react";

import { en } from "../texts/en";
import css from "./Thumbnail.module.css";

export function Thumbnail({ picture }: { picture: string | null }): ReactNode {
  const [failed, setFailed] = useState<string | null>(null);
  if (picture === null || failed === picture) {
    return <span className={css.none}>{picture === null ? en.picture.none : en.picture.pending}</span>;
  }
  return (
    <img
      className={css.picture}
      src={evidenceUrl(picture)}
      alt=""
      width="112"
      height="120"
      loading="lazy"
      decoding="async"
      onError={() => setFailed(picture)}
    />
  );
}

export function evidenceUrl(picture: string): string {
  return `/api/v1/evidence/${picture}`;
}

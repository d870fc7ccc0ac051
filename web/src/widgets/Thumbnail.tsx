/** A small picture of a product, or the word why there is none. */

import { useState, type ReactNode } from "react";

import { en } from "../texts/en";
import css from "./Thumbnail.module.css";

export function Thumbnail({ picture, state }: { picture: string | null; state: string }): ReactNode {
  const [failed, setFailed] = useState<string | null>(null);
  if (picture === null || state !== "present" || failed === picture) {
    const words: Record<string, string> = en.picture;
    return <span className={css.none}>{failed === picture && picture !== null ? en.picture.failed : (words[state] ?? state)}</span>;
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

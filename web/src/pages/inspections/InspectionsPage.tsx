/** Products as pictures, by filters as fast as they are typed; and two of them side by side. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { hubNow } from "../../live/clock";
import { Compare } from "./Compare";
import { Filters } from "./Filters";
import { Gallery } from "./Gallery";
import css from "./InspectionsPage.module.css";
import { validInspections, type InspectionsSearch } from "./search";
import { entriesOf, useVocabulary } from "./useVocabulary";
import { useTyped } from "./useTyped";

export function InspectionsPage(): ReactNode {
  const search = validInspections(useSearch({ strict: false }) as Record<string, unknown>);
  return search.compare === undefined ? <Rooms search={search} /> : <Compare search={search} pair={search.compare} />;
}

function Rooms({ search }: { search: InspectionsSearch }): ReactNode {
  const navigate = useNavigate();
  const set = (part: Partial<InspectionsSearch>): void =>
    void navigate({ to: "/inspections", search: (before: object) => validInspections({ ...before, ...part }), replace: true, resetScroll: false });
  const [asOf, setAsOf] = useState(hubNow);
  const vocabulary = useVocabulary(search.scope);
  const typed = useTyped(entriesOf(vocabulary), set);
  const effective = validInspections({ ...search, ...typed.filter });
  return (
    <div className={`${css.page} rooms`}>
      <Filters search={effective} set={set} typed={typed} vocabulary={vocabulary} asOf={asOf} renew={() => setAsOf(hubNow())} />
      <Gallery search={effective} asOf={asOf} vocabulary={vocabulary} reset={() => void navigate({ to: "/inspections", search: {} })} />
    </div>
  );
}

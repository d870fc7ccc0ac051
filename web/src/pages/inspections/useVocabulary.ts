/** What can be filtered by at a place, with the names that people use. */

import { useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";

import { scopeNamesQuery, type ScopeNames } from "../../api/inspections";
import { plantQuery } from "../../api/queries";
import type { EnterpriseView } from "../../api/types";
import { inspectionsText as text } from "../../texts/inspections";
import type { Entry } from "./words";

export interface Vocabulary {
  plant: EnterpriseView | undefined;
  defects: ScopeNames["defects"];
  cameras: ScopeNames["cameras"];
  nameOf: (label: string) => string;
  cameraOf: (id: string) => string;
}

export function useVocabulary(scope: string | undefined): Vocabulary {
  const { data: plant } = useQuery(plantQuery);
  const names = useQueries({ queries: askedFor(scope, plant).map(scopeNamesQuery), combine: joined });
  return useMemo(
    () => ({
      plant,
      ...names,
      nameOf: (label) => names.defects.find((one) => one.label === label)?.name ?? label.replaceAll("_", " "),
      cameraOf: (id) => names.cameras.find((one) => one.id === id)?.name ?? id,
    }),
    [plant, names],
  );
}

/** All that the typed filter understands: verdicts, defects, cameras, places. */
export function entriesOf({ plant, defects, cameras }: Vocabulary): Entry[] {
  const sites = plant?.sites ?? [];
  return [
    { name: text.fates.reject, filter: { verdict: "reject", outcome: undefined } },
    { name: text.fates.pass, filter: { verdict: "pass", outcome: undefined } },
    { name: text.fates.explained, filter: { outcome: "explained", verdict: undefined } },
    ...defects.map(({ label, name }): Entry => ({ name, filter: { label } })),
    ...cameras.map(({ id, name }): Entry => ({ name, filter: { camera: id } })),
    ...sites.map(({ id, name }): Entry => ({ name, filter: { scope: `site:${id}` } })),
    ...sites.flatMap(({ id, name, lines }) => lines.map((line): Entry => ({ name: `${name} ${line.name}`, filter: { scope: `line:${id}/${line.line}` } }))),
    ...(plant?.regions ?? []).map(({ id, name }): Entry => ({ name, filter: { scope: `region:${id}` } })),
  ] as Entry[];
}

/** A line's names are among those of its site; everything is all regions. */
function askedFor(scope: string | undefined, plant: EnterpriseView | undefined): string[] {
  if (scope === undefined || scope === "enterprise") return (plant?.regions ?? []).map(({ id }) => `region:${id}`);
  const [kind, place = ""] = scope.split(":");
  return [kind === "line" ? `site:${place.split("/")[0] ?? ""}` : scope];
}

function joined(answers: UseQueryResult<ScopeNames>[]): ScopeNames {
  const found = answers.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return {
    defects: firstOfEach(found.flatMap(({ defects }) => defects), ({ label }) => label),
    cameras: firstOfEach(found.flatMap(({ cameras }) => cameras), ({ id }) => id),
  };
}

function firstOfEach<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...new Map([...all].reverse().map((one) => [key(one), one])).values()].reverse();
}

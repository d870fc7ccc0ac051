/** Which alarms: by site, line, severity and person; kept in the address. */

import { NativeSelect, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { plantQuery } from "../../api/queries";
import { thePerson, usePerson } from "../../person/person";
import type { AlarmsSearch } from "../../router";
import { alarms } from "../../texts/alarms";
import { SEVERITIES } from "../../widgets/severity";
import css from "./AlarmsPage.module.css";

const text = alarms.filter;

interface Choice {
  value: string;
  label: string;
}

export function Filters({ search }: { search: AlarmsSearch }): ReactNode {
  const plant = useQuery(plantQuery);
  const me = usePerson();
  const set = useFilter();
  const sites = plant.data?.sites ?? [];
  const lines = sites.find(({ id }) => id === search.site)?.lines ?? [];
  const severities = SEVERITIES.map((severity) => ({ value: severity, label: alarms.severity[severity] }));
  return (
    <div className={css.filters} data-secondary role="group" aria-label={text.label}>
      <Choose label={text.site} any={text.anySite} chosen={search.site} choices={sites.map(({ id, name }) => ({ value: id, label: name }))} choose={(site) => set({ site, line: undefined })} />
      <Choose label={text.line} any={text.anyLine} chosen={search.line} choices={lines.map(({ line, name }) => ({ value: line, label: name }))} choose={(line) => set({ line })} />
      <Choose label={text.severity} any={text.anySeverity} chosen={search.severity} choices={severities} choose={(severity) => set({ severity })} />
      <Switch
        className={css.mine ?? ""}
        size="md"
        label={text.mine}
        checked={search.mine === true && me !== null}
        onChange={(event) => void (event.currentTarget.checked ? thePerson().then((person) => (person === null ? undefined : set({ mine: true }))) : set({ mine: undefined }))}
      />
    </div>
  );
}

interface ChooseProps {
  label: string;
  any: string;
  chosen: string | undefined;
  choices: readonly Choice[];
  choose: (value: string | undefined) => void;
}

function Choose({ label, any, chosen, choices, choose }: ChooseProps): ReactNode {
  return (
    <NativeSelect
      className={css.choose ?? ""}
      size="md"
      aria-label={label}
      value={choices.some(({ value }) => value === chosen) ? (chosen ?? "") : ""}
      disabled={choices.length === 0}
      data={[{ value: "", label: any }, ...choices]}
      onChange={(event) => choose(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
    />
  );
}

type Loose = { [Name in keyof AlarmsSearch]?: AlarmsSearch[Name] | string | undefined };

/** Replaces some of the address; what is undefined leaves it. Its check is the router's. */
function useFilter(): (change: Loose) => void {
  const navigate = useNavigate({ from: "/alarms" });
  return (change) =>
    void navigate({
      search: (before) => Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined)) as AlarmsSearch,
      replace: true,
      resetScroll: false,
    });
}

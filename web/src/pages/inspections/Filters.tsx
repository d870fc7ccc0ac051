/** Every filter with its present value; one field for all of them at once. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useRef, type ReactNode } from "react";

import { fromWall, toWall } from "../../range/zoned";
import { inspectionsText as text } from "../../texts/inspections";
import { clock, wholePercent, zoneName } from "../../widgets/format";
import css from "./InspectionsPage.module.css";
import { isFiltered, type InspectionsSearch } from "./search";
import type { Typed } from "./useTyped";
import type { Vocabulary } from "./useVocabulary";

const SCORES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

interface Props {
  search: InspectionsSearch;
  set: (part: Partial<InspectionsSearch>) => void;
  typed: Typed;
  vocabulary: Vocabulary;
  asOf: number;
  renew: () => void;
}

export function Filters({ search, set, typed, vocabulary, asOf, renew }: Props): ReactNode {
  const zone = zoneOf(search.scope, vocabulary);
  const nothing: InspectionsSearch = {};
  return (
    <section className={css.filters} aria-label={text.filters}>
      <h1 className={css.title}>{text.title}</h1>
      <Find typed={typed} />
      <Place search={search} set={set} vocabulary={vocabulary} />
      <Choice label={text.fate} value={search.outcome === "explained" ? "explained" : (search.verdict ?? "")} options={FATES} choose={(value) => set(fateOf(value))} />
      <Choice label={text.label} value={search.label ?? ""} options={labels(search, vocabulary)} choose={(label) => set({ label })} />
      <Choice label={text.camera} value={search.camera ?? ""} options={cameras(search, vocabulary)} choose={(camera) => set({ camera })} />
      <Choice
        label={text.score}
        value={String(search.min_score ?? "")}
        options={scores(search.min_score)}
        choose={(score) => set({ min_score: score === "" ? undefined : Number(score) } as Partial<InspectionsSearch>)}
      />
      <Choice label={text.period} value={search.range ?? ""} options={PERIODS} choose={(range) => set(rangeOf(range, asOf))} />
      {search.range === "custom" ? <FromTo key={`${search.from} ${search.to} ${zone}`} search={search} set={set} zone={zone} /> : null}
      <div className={css.end}>
        <span className="quiet">
          {text.asOf(clock(asOf, zone))} {zoneName(asOf, zone)}
        </span>
        <Button variant="default" size="md" onClick={renew}>
          {text.newest}
        </Button>
        <Button variant="default" size="md" disabled={!isFiltered(search)} onClick={() => set(cleared(search, nothing))}>
          {text.reset}
        </Button>
      </div>
    </section>
  );
}

/** The one field that understands all filters. `/` goes there, Enter keeps what is understood, Escape takes it back. */
function Find({ typed }: { typed: Typed }): ReactNode {
  const ref = useRef<HTMLInputElement>(null);
  useHotkeys([["/", () => ref.current?.focus()]]);
  const said = typed.unknown !== null ? text.unknown(typed.unknown) : typed.names.length === 0 ? text.findKey : text.understood(typed.names.join(", "));
  return (
    <div className={css.find}>
      <TextInput
        ref={ref}
        type="search"
        size="md"
        label={text.find}
        placeholder={text.findHint}
        value={typed.text}
        onChange={(event) => typed.setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") typed.keep();
          if (event.key === "Escape") typed.setText("");
        }}
        onBlur={typed.keep}
        aria-describedby="understood"
        autoComplete="off"
        spellCheck={false}
      />
      <span id="understood" className={css.said} title={said} aria-live="polite">
        {said}
      </span>
    </div>
  );
}

type Option = { value: string; label: string };

const FATES: Option[] = (["any", "reject", "pass", "explained"] as const).map((fate) => ({ value: fate === "any" ? "" : fate, label: text.fates[fate] }));
const PERIODS: Option[] = (["any", "shift", "day", "week", "custom"] as const).map((kind) => ({ value: kind === "any" ? "" : kind, label: text.periods[kind] }));

function Choice({ label, value, options, choose }: { label: string; value: string; options: Option[]; choose: (value: string) => void }): ReactNode {
  return <NativeSelect label={label} size="md" value={value} data={options} onChange={(event) => choose(event.currentTarget.value)} />;
}

function Place({ search, set, vocabulary: { plant } }: Pick<Props, "search" | "set" | "vocabulary">): ReactNode {
  const sites = plant?.sites ?? [];
  const groups = [
    { group: text.groups.region, items: (plant?.regions ?? []).map(({ id, name }) => ({ value: `region:${id}`, label: name })) },
    { group: text.groups.site, items: sites.map(({ id, name }) => ({ value: `site:${id}`, label: name })) },
    { group: text.groups.line, items: sites.flatMap(({ id, name, lines }) => lines.map((line) => ({ value: `line:${id}/${line.line}`, label: text.line(name, line.name) }))) },
  ];
  const known = groups.some(({ items }) => items.some(({ value }) => value === search.scope));
  const others = search.scope === undefined || known ? [] : [{ value: search.scope, label: search.scope }];
  return (
    <NativeSelect
      label={text.place}
      size="md"
      value={search.scope ?? ""}
      data={[{ value: "", label: text.everywhere }, ...others, ...groups]}
      onChange={(event) => set({ scope: event.currentTarget.value })}
    />
  );
}

function FromTo({ search, set, zone }: { search: InspectionsSearch; set: Props["set"]; zone: string }): ReactNode {
  const wall = (at: string | undefined): string => (at === undefined ? "" : toWall(Date.parse(at), zone));
  const give = (side: "from" | "to", value: string): void => {
    const at = fromWall(value, zone);
    if (at !== null) set({ [side]: new Date(at).toISOString() });
  };
  return (
    <>
      <TextInput type="datetime-local" size="md" label={text.from} title={text.zone(zone)} defaultValue={wall(search.from)} onBlur={(event) => give("from", event.currentTarget.value)} />
      <TextInput type="datetime-local" size="md" label={text.to} title={text.zone(zone)} defaultValue={wall(search.to)} onBlur={(event) => give("to", event.currentTarget.value)} />
    </>
  );
}

function labels({ label }: InspectionsSearch, { defects, nameOf }: Vocabulary): Option[] {
  const known = defects.map((defect) => ({ value: defect.label, label: defect.name }));
  return [{ value: "", label: text.anyLabel }, ...known, ...missing(label, known, nameOf)];
}

function cameras({ camera }: InspectionsSearch, vocabulary: Vocabulary): Option[] {
  const known = vocabulary.cameras.map(({ id, name }) => ({ value: id, label: name }));
  return [{ value: "", label: text.anyCamera }, ...known, ...missing(camera, known, vocabulary.cameraOf)];
}

function scores(chosen: number | undefined): Option[] {
  const all = chosen === undefined || SCORES.includes(chosen) ? SCORES : [...SCORES, chosen].sort();
  return [{ value: "", label: text.anyScore }, ...all.map((score) => ({ value: String(score), label: text.scoreFrom(wholePercent(score)) }))];
}

/** A value of the address that this place has no name for. */
function missing(value: string | undefined, known: readonly Option[], name: (value: string) => string): Option[] {
  return value === undefined || known.some((option) => option.value === value) ? [] : [{ value, label: name(value) }];
}

function fateOf(value: string): Partial<InspectionsSearch> {
  const fate: Record<string, Partial<Record<"verdict" | "outcome", string | undefined>>> = {
    reject: { verdict: "reject", outcome: undefined },
    pass: { verdict: "pass", outcome: undefined },
    explained: { verdict: undefined, outcome: "explained" },
  };
  return (fate[value] ?? { verdict: undefined, outcome: undefined }) as Partial<InspectionsSearch>;
}

function rangeOf(value: string, asOf: number): Partial<InspectionsSearch> {
  const hour = 3_600_000;
  const custom = { range: "custom", from: new Date(asOf - hour).toISOString(), to: new Date(asOf).toISOString() };
  return (value === "custom" ? custom : { range: value, from: undefined, to: undefined }) as Partial<InspectionsSearch>;
}

function cleared(search: InspectionsSearch, nothing: InspectionsSearch): Partial<InspectionsSearch> {
  return { ...Object.fromEntries(Object.keys(search).map((key) => [key, undefined])), ...nothing } as Partial<InspectionsSearch>;
}

/** The zone of the one site; where several come together, that of none. */
function zoneOf(scope: string | undefined, { plant }: Vocabulary): string {
  const [kind, place = ""] = scope?.split(":") ?? [];
  const id = kind === "site" || kind === "line" ? place.split("/")[0] : undefined;
  return plant?.sites.find((site) => site.id === id)?.timezone ?? "UTC";
}

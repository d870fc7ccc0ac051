/** What people entered about this line today, newest first; what is over can be said to be over. */

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { endEvent, eventsQuery } from "../../api/events";
import type { LineView, StepEvent } from "../../api/types";
import { thePerson } from "../../person/person";
import { en } from "../../texts/en";
import { lineText } from "../../texts/line";
import { Empty } from "../../widgets/Answer";
import { hourMinute } from "../../widgets/format";
import { Icon } from "../../widgets/Icon";
import { Panel } from "../../widgets/Panel";
import { StateWord } from "../../widgets/StateMark";
import { timeTitle } from "../../widgets/Time";
import { daysBefore } from "../../range/zoned";
import { eventState } from "./events";
import css from "./Events.module.css";

const text = lineText.events;

interface Props {
  line: LineView;
  enter: () => void;
  className?: string | undefined;
}

export function TodaysEvents({ line, enter, className }: Props): ReactNode {
  const open = openOf(line);
  const today = useQuery(eventsQuery(line.site, line.line, daysBefore(Date.parse(line.at), 0, line.timezone), open.map(({ id }) => id).join()));
  const events = withOpen(today.data?.items ?? [], open);
  return (
    <Panel title={text.title} note={text.note} aside={<EnterButton enter={enter} />} className={className}>
      {today.error === null ? null : (
        <p role="alert" className={css.failed}>
          {en.error.loading} {today.error.message}
        </p>
      )}
      {today.isSuccess && events.length === 0 ? <Empty text={text.none} /> : null}
      <ol className={css.events} data-testid="events" aria-label={text.title}>
        {events.map((event) => (
          <li key={event.id} data-event={event.id} data-open={event.end === null}>
            <Event event={event} line={line} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

export function EnterButton({ enter }: { enter: () => void }): ReactNode {
  return (
    <Button variant="default" size="md" className={css.button ?? ""} onClick={enter} data-secondary leftSection={<Icon name="plus" size={16} />}>
      {text.enter}
    </Button>
  );
}

function Event({ event, line }: { event: StepEvent; line: LineView }): ReactNode {
  const step = line.steps.find(({ id }) => id === event.step);
  return (
    <>
      <span className={css.what}>
        <StateWord state={eventState(event.kind)} word={text.kinds[event.kind] ?? event.kind} />
        <strong>{event.step === null ? text.wholeLine : (step?.name ?? event.step)}</strong>
      </span>
      <span className={css.words}>{event.text}</span>
      <span className={css.about}>
        <span title={timeTitle(Date.parse(event.start), line.timezone)}>{spanOf(event, line.timezone)}</span>
        {", "}
        {text.by(event.person)}
      </span>
      {event.end === null ? <OverButton event={event} /> : null}
    </>
  );
}

function OverButton({ event }: { event: StepEvent }): ReactNode {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const end = async (): Promise<void> => {
    const person = await thePerson();
    if (person === null) return setProblem(text.nobody);
    await endEvent(event, person.id);
    await queries.invalidateQueries({ queryKey: ["events", event.site, event.line] });
  };
  const act = (): void => {
    setBusy(true);
    end()
      .catch((error: unknown) => setProblem(text.failed(error instanceof Error ? error.message : String(error))))
      .finally(() => setBusy(false));
  };
  return (
    <span className={css.over}>
      <Button variant="default" size="md" loading={busy} onClick={act} aria-label={text.overLabel(event.text)}>
        {text.over}
      </Button>
      {problem === null ? null : (
        <span role="alert" className={css.failed}>
          {problem}
        </span>
      )}
    </span>
  );
}

function spanOf(event: StepEvent, zone: string): string {
  const from = hourMinute(Date.parse(event.start), zone);
  return text.span(from, event.end === null ? text.stillOpen : hourMinute(Date.parse(event.end), zone));
}

function openOf(line: LineView): StepEvent[] {
  return [...(line.events ?? []), ...line.steps.flatMap(({ events }) => events ?? [])];
}

/** Open events come live and at once; the list of today is asked for. */
function withOpen(today: readonly StepEvent[], open: readonly StepEvent[]): StepEvent[] {
  const known = new Set(today.map(({ id }) => id));
  return [...open.filter(({ id }) => !known.has(id)), ...today].sort((a, b) => Date.parse(b.start) - Date.parse(a.start));
}

/** Asks once who sits here, when somebody acts or wants to say it. Mounted in the frame. */

import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";

import { addPerson, personsQuery } from "../api/alarms";
import { HubError } from "../api/fetch";
import type { PersonView } from "../api/types";
import { alarms } from "../texts/alarms";
import { answerWith, choosePerson, usePerson } from "./person";
import css from "./Person.module.css";

const text = alarms.person;
const LONGEST = 80;
/** From so many names on there is a field to find one. */
const MANY = 8;

type Answer = (person: PersonView | null) => void;

/** The dialog, and how to open it by hand. */
export function usePersonDialog(): { dialog: ReactNode; open: () => void } {
  const [opened, setOpened] = useState(false);
  const waiting = useRef<Answer[]>([]);
  const ask = useCallback((): Promise<PersonView | null> => {
    setOpened(true);
    return new Promise((resolve) => waiting.current.push(resolve));
  }, []);
  useEffect(() => answerWith(ask), [ask]);
  const answer = useCallback((person: PersonView | null) => {
    if (person !== null) choosePerson(person);
    setOpened(false);
    for (const resolve of waiting.current.splice(0)) resolve(person);
  }, []);
  const dialog = (
    <Modal opened={opened} onClose={() => answer(null)} title={text.title} classNames={{ title: css.title ?? "" }} closeButtonProps={{ "aria-label": text.close }}>
      {opened ? <Question answer={answer} /> : null}
    </Modal>
  );
  return { dialog, open: () => void ask() };
}

function Question({ answer }: { answer: Answer }): ReactNode {
  const persons = useQuery(personsQuery);
  const [find, setFind] = useState("");
  const all = persons.data?.items ?? [];
  const shown = all.filter(({ name }) => name.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase()));
  return (
    <div className={css.question}>
      <p className={css.why}>{text.why}</p>
      <h3>{text.choose}</h3>
      {all.length < MANY ? null : <TextInput size="md" label={text.find} value={find} onChange={(event) => setFind(event.currentTarget.value)} />}
      <ul className={css.names} aria-busy={persons.isPending}>
        {shown.map((person) => (
          <Name key={person.id} person={person} answer={answer} />
        ))}
        {shown.length === 0 ? <li className={css.none}>{emptyWords(persons.isPending, persons.error, find)}</li> : null}
      </ul>
      <NewName answer={answer} first={all.length === 0} />
    </div>
  );
}

function emptyWords(isPending: boolean, error: Error | null, find: string): string {
  if (error !== null) return text.failed(error.message);
  return isPending ? text.loading : find === "" ? text.none : text.noMatch;
}

function Name({ person, answer }: { person: PersonView; answer: Answer }): ReactNode {
  const me = usePerson();
  return (
    <li>
      <button type="button" className={css.name} aria-current={me?.id === person.id ? "true" : undefined} onClick={() => answer(person)}>
        <Initials name={person.name} />
        {person.name}
      </button>
    </li>
  );
}

function NewName({ answer, first }: { answer: Answer; first: boolean }): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "") return setWrong(text.short);
    setBusy(true);
    try {
      const person = await addPerson(name.trim());
      queries.setQueryData(personsQuery.queryKey, (before) => ({ items: [...(before?.items ?? []).filter(({ id }) => id !== person.id), person] }));
      void queries.invalidateQueries({ queryKey: personsQuery.queryKey });
      answer(person);
    } catch (error) {
      if (!(error instanceof HubError || error instanceof TypeError)) throw error;
      setBusy(false);
      setWrong(text.notAdded(error.message));
    }
  };
  return (
    <form className={css.new} onSubmit={(event) => void enter(event)}>
      <TextInput
        size="md"
        label={first ? text.name : text.orNew}
        value={name}
        maxLength={LONGEST}
        autoComplete="name"
        error={wrong}
        data-autofocus
        onChange={(event) => {
          setName(event.currentTarget.value);
          setWrong(null);
        }}
      />
      <Button type="submit" size="md" variant="default" loading={busy}>
        {text.enter}
      </Button>
    </form>
  );
}

export function Initials({ name }: { name: string }): ReactNode {
  return (
    <span className={css.initials} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** "Ana Maria Silva" → "AS" */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const letters = words.length < 2 ? words : [words[0] ?? "", words[words.length - 1] ?? ""];
  return letters.map((word) => [...word][0]?.toLocaleUpperCase() ?? "").join("");
}

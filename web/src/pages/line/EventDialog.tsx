/** A person enters what happened: where, what, in words, since when, until when. */

import { Button, Group, Modal, NativeSelect, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { enterEvent } from "../../api/events";
import type { LineView } from "../../api/types";
import { hubNow } from "../../live/clock";
import { thePerson } from "../../person/person";
import { lineText } from "../../texts/line";
import { zoneName } from "../../widgets/format";
import { toWall } from "../../range/zoned";
import { emptyDraft, toEvent, wrongIn, type Draft, type Wrong } from "./draft";
import { KINDS, type Kind } from "./events";
import css from "./Events.module.css";

const text = lineText.events;
const MOST_LETTERS = 500;

interface Props {
  line: LineView;
  /** Where it is asked for; null: the line; undefined: the dialog is closed. */
  step: string | null | undefined;
  close: () => void;
}

export function EventDialog({ line, step, close }: Props): ReactNode {
  return (
    <Modal opened={step !== undefined} onClose={close} title={text.enter} classNames={{ title: css.title ?? "" }} closeButtonProps={{ "aria-label": text.close, size: 44, iconSize: 20 }}>
      {step === undefined ? null : <Form line={line} step={step} close={close} />}
    </Modal>
  );
}

function Form({ line, step, close }: { line: LineView; step: string | null; close: () => void }): ReactNode {
  const [draft, setDraft] = useState(() => emptyDraft(step, hubNow(), line.timezone));
  const { wrong, failed, busy, submit } = useEntering(line, draft, close);
  const set = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  return (
    <form noValidate onSubmit={submit} data-testid="event-form">
      <Stack gap="md">
        <NativeSelect label={text.where} value={draft.step} onChange={(event) => set({ step: event.currentTarget.value })} size="md" data={places(line)} />
        <Choice label={text.kind} value={draft.kind} choose={(kind) => set({ kind: kind as Kind })} options={KINDS.map((kind) => [kind, text.kinds[kind] ?? kind])} />
        <p className={css.hint}>{text.kindNotes[draft.kind]}</p>
        <Textarea
          label={text.text}
          placeholder={text.textHint}
          value={draft.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
          maxLength={MOST_LETTERS}
          error={wrong.text}
          autosize
          minRows={2}
          size="md"
          data-autofocus
        />
        <When label={text.from} options={[text.now, text.atTime]} first={draft.startsNow} choose={(startsNow) => set({ startsNow })}>
          <TimeField zone={line.timezone} value={draft.start} set={(start) => set({ start })} error={wrong.start} />
        </When>
        <When label={text.until} options={[text.open, text.atTime]} first={draft.stillSo} choose={(stillSo) => set({ stillSo })}>
          <TimeField zone={line.timezone} value={draft.end} set={(end) => set({ end })} error={wrong.end} />
        </When>
        {failed === null ? null : (
          <p role="alert" className={css.failed}>
            {failed}
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" size="md" onClick={close}>
            {text.cancel}
          </Button>
          <Button type="submit" size="md" loading={busy}>
            {text.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Says what is wrong with the draft once it was sent, and sends what is right. */
function useEntering(line: LineView, draft: Draft, close: () => void) {
  const [tried, setTried] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const wrong: Wrong = tried ? wrongIn(draft, hubNow(), line.timezone) : {};
  const enter = async (): Promise<string | null> => {
    const person = await thePerson();
    if (person === null) return text.nobody;
    await enterEvent(line.site, line.line, toEvent(draft, person.id, line.timezone));
    void queries.invalidateQueries({ queryKey: ["events", line.site, line.line] });
    return null;
  };
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    setTried(true);
    if (busy || Object.keys(wrongIn(draft, hubNow(), line.timezone)).length > 0) return;
    setBusy(true);
    enter()
      .then((problem) => (problem === null ? close() : setFailed(problem)))
      .catch((error: unknown) => setFailed(text.failed(error instanceof Error ? error.message : String(error))))
      .finally(() => setBusy(false));
  };
  return { wrong, failed, busy, submit };
}

function places(line: LineView): { value: string; label: string }[] {
  return [{ value: "", label: text.wholeLine }, ...line.steps.map(({ id, name }) => ({ value: id, label: name }))];
}

function Choice({ label, value, choose, options }: { label: string; value: string; choose: (value: string) => void; options: [string, string][] }): ReactNode {
  return (
    <div>
      <span className={css.label}>{label}</span>
      <SegmentedControl fullWidth size="md" classNames={{ label: css.segment ?? "" }} aria-label={label} value={value} onChange={choose} data={options.map(([id, name]) => ({ value: id, label: name }))} />
    </div>
  );
}

interface WhenProps {
  label: string;
  options: [string, string];
  first: boolean;
  choose: (first: boolean) => void;
  children: ReactNode;
}

function When({ label, options, first, choose, children }: WhenProps): ReactNode {
  return (
    <div className={css.when}>
      <Choice label={label} value={first ? "first" : "time"} choose={(value) => choose(value === "first")} options={[["first", options[0]], ["time", options[1]]]} />
      {first ? null : children}
    </div>
  );
}

function TimeField({ zone, value, set, error }: { zone: string; value: string; set: (value: string) => void; error: string | undefined }): ReactNode {
  const label = text.timeAt(zoneName(hubNow(), zone));
  return <TextInput type="datetime-local" size="md" label={label} value={value} max={toWall(hubNow(), zone)} onChange={(event) => set(event.currentTarget.value)} error={error} />;
}

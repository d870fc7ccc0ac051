import { Button, Textarea } from "@mantine/core";
import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";

import { alarms as text } from "../../texts/alarms";
import css from "./AlarmActions.module.css";
import type { Do } from "./deeds";

const LONGEST = 2_000;

interface Props {
  doIt: Do;
  busy: boolean;
  onDone?: () => void;
  /** The key for a comment comes here; else it opens what this box stands in. */
  byKey?: boolean;
}

export function CommentBox({ doIt, busy, onDone, byKey = false }: Props): ReactNode {
  const [said, setSaid] = useState("");
  const send = async (): Promise<void> => {
    if (said.trim() === "" || busy) return;
    // What was written is kept until the hub has it.
    if (!(await doIt({ what: "comment", text: said.trim() }))) return;
    setSaid("");
    onDone?.();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  };
  return (
    <form className={css.comment} data-secondary onSubmit={submit} onKeyDown={onKeyDown}>
      <Textarea
        size="md"
        label={text.do.commentLabel}
        placeholder={text.do.commentHint}
        value={said}
        rows={3}
        maxLength={LONGEST}
        data-autofocus
        {...(byKey ? { "data-action": "comment" } : {})}
        onChange={(event) => setSaid(event.currentTarget.value)}
      />
      <div className={css.buttons}>
        <Button type="submit" className={css.action ?? ""} variant="default" loading={busy} disabled={said.trim() === ""} title={text.do.sendHint}>
          {text.do.send}
        </Button>
      </div>
    </form>
  );
}

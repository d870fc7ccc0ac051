/** Acknowledge, assign, comment, clear. Keys press the same buttons (`useAlarmKeys`). */

import { Button, Menu, Popover, type ButtonProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type ComponentProps, type ReactNode } from "react";

import { personsQuery, type Deed } from "../../api/alarms";
import type { AlarmView, PersonView } from "../../api/types";
import { thePerson, usePerson } from "../../person/person";
import { alarms as text } from "../../texts/alarms";
import css from "./AlarmActions.module.css";
import { CommentBox } from "./CommentBox";
import { useDeeds, type Do } from "./deeds";

interface Props {
  alarm: AlarmView;
  /** Where there is a comment box anyway. */
  withoutComment?: boolean;
}

export function AlarmActions({ alarm, withoutComment = false }: Props): ReactNode {
  const { doIt, busy } = useDeeds(alarm);
  const [opened, setOpened] = useState<"assign" | "comment" | null>(null);
  const group = useRef<HTMLDivElement>(null);
  const isOpen = alarm.cleared_at === null;
  const press = async (what: "acknowledge" | "clear"): Promise<void> => {
    await doIt({ what });
    // The button that was pressed is gone: whoever works by keyboard goes on beside it.
    if (document.activeElement === document.body) group.current?.querySelector("button")?.focus();
  };
  return (
    <div className={css.actions} data-secondary role="group" aria-label={text.do.label(alarm.text)} ref={group}>
      {alarm.acknowledged_at === null ? <Action action="acknowledge" busy={busy} onClick={() => void press("acknowledge")} /> : null}
      {isOpen ? <Assign alarm={alarm} doIt={doIt} busy={busy} opened={opened === "assign"} setOpened={(on) => setOpened(on ? "assign" : null)} /> : null}
      {withoutComment ? null : <Comment doIt={doIt} busy={busy} opened={opened === "comment"} setOpened={(on) => setOpened(on ? "comment" : null)} />}
      {isOpen ? <Action action="clear" busy={busy} onClick={() => void press("clear")} /> : null}
    </div>
  );
}

type What = Deed["what"];

interface ActionProps {
  action: What;
  /** What the hub is being asked for. */
  busy: What | null;
}

/** Menus and popovers add their own properties to it. What only opens one is never held up by another action. */
function Action({ action, busy, ...others }: ActionProps & ButtonProps & Omit<ComponentProps<"button">, keyof ButtonProps>): ReactNode {
  const acts = action === "acknowledge" || action === "clear";
  return (
    <Button {...others} className={css.action ?? ""} variant="default" loading={busy === action} disabled={acts && busy !== null && busy !== action} data-action={action}>
      {text.do[action]}
    </Button>
  );
}

interface OpensProps {
  doIt: Do;
  busy: What | null;
  opened: boolean;
  setOpened: (opened: boolean) => void;
}

function Assign({ alarm, doIt, busy, opened, setOpened }: OpensProps & { alarm: AlarmView }): ReactNode {
  const assign = (assignee: PersonView | null): void => void doIt({ what: "assign", assignee });
  const toMe = async (): Promise<void> => {
    const me = await thePerson();
    if (me !== null) assign(me);
  };
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" withinPortal>
      <Menu.Target>
        <Action action="assign" busy={busy} />
      </Menu.Target>
      <Menu.Dropdown className={css.menu ?? ""}>
        <Menu.Label>{text.do.assignTo}</Menu.Label>
        <Menu.Item className={css.item ?? ""} onClick={() => void toMe()}>
          {text.do.me}
        </Menu.Item>
        {opened ? <Others chosen={alarm.assignee} assign={assign} /> : null}
        {alarm.assignee === null ? null : (
          <>
            <Menu.Divider />
            <Menu.Item className={css.item ?? ""} onClick={() => assign(null)}>
              {text.do.nobody}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Others({ chosen, assign }: { chosen: string | null; assign: (to: PersonView) => void }): ReactNode {
  const me = usePerson();
  const persons = useQuery(personsQuery);
  const others = persons.data?.items.filter(({ id }) => id !== me?.id) ?? [];
  if (others.length === 0) return <p className={css.note}>{persons.isPending ? text.do.loadingPersons : text.do.noPersons}</p>;
  return (
    <>
      {others.map((person) => (
        <Menu.Item key={person.id} className={css.item ?? ""} disabled={person.name === chosen} onClick={() => assign(person)}>
          {person.name}
        </Menu.Item>
      ))}
    </>
  );
}

function Comment({ doIt, busy, opened, setOpened }: OpensProps): ReactNode {
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-end" withArrow shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Action action="comment" busy={busy} onClick={() => setOpened(!opened)} />
      </Popover.Target>
      <Popover.Dropdown>
        <CommentBox doIt={doIt} busy={busy === "comment"} onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

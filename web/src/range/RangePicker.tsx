/** Chooses the time of the whole page. The choice is in the address, so that it can be sent to a colleague. */

import { Button, Popover, SegmentedControl, TextInput, UnstyledButton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";

import { rangeText as text } from "../texts/range";
import { KINDS, type RangeKind, type RangeSearch } from "./range";
import css from "./RangePicker.module.css";
import type { Range } from "./useRange";
import { fromWall, toWall } from "./zoned";

interface Props {
  range: Range;
  /** Whether there is such a thing as *the* shift here: the shifts of one site. */
  shifts: boolean;
}

export function RangePicker({ range, shifts }: Props): ReactNode {
  const [opened, setOpened] = useState(false);
  const choose = useChoose();
  const pick = (kind: RangeKind): void => {
    if (kind === "custom") choose({ range: "custom", from: range.from, to: range.to });
    else choose(kind === "live" ? {} : { range: kind });
    setOpened(kind === "custom");
  };
  return (
    <div className={css.picker} role="group" aria-label={text.label}>
      <SegmentedControl
        aria-label={text.label}
        classNames={{ root: css.kinds ?? "", label: css.kind ?? "" }}
        value={range.kind}
        onChange={(kind) => pick(kind as RangeKind)}
        transitionDuration={0}
        data={KINDS.map((kind) => ({ value: kind, label: <Kind kind={kind} off={kind === "shift" && !shifts} />, disabled: kind === "shift" && !shifts }))}
      />
      <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" withArrow trapFocus returnFocus>
        <Popover.Target>
          <UnstyledButton className={css.clock} onClick={() => setOpened(!opened)} title={text.change} data-testid="range-clock">
            {range.clock}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={css.box}>
          <FromTo
            range={range}
            done={(chosen) => {
              setOpened(false);
              choose(chosen);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function Kind({ kind, off }: { kind: RangeKind; off: boolean }): ReactNode {
  return <span title={off ? text.noShift : text.titles[kind]}>{text.kinds[kind]}</span>;
}

function FromTo({ range, done }: { range: Range; done: (chosen: RangeSearch) => void }): ReactNode {
  const [from, setFrom] = useState(toWall(range.start, range.zone));
  const [to, setTo] = useState(toWall(range.end, range.zone));
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [start, end] = [fromWall(from, range.zone), fromWall(to, range.zone)];
    if (start === null || end === null) setWrong(text.wrong.empty);
    else if (start >= end) setWrong(text.wrong.order);
    else done({ range: "custom", from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <p className={css.zone}>{text.zone(range.zone)}</p>
      <TextInput type="datetime-local" size="md" label={text.from} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="datetime-local" size="md" label={text.to} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      <p className={css.wrong} role="alert">
        {wrong}
      </p>
      <Button type="submit" size="md" variant="default">
        {text.apply}
      </Button>
    </form>
  );
}

/** Writes the choice into the address and leaves the rest of it as it is. */
function useChoose(): (chosen: RangeSearch) => void {
  const navigate = useNavigate();
  return (chosen) => {
    const search = (old: Record<string, unknown>): Record<string, unknown> => {
      const { range: _range, from: _from, to: _to, ...rest } = old;
      return { ...rest, ...chosen };
    };
    // Any page may hold the picker: the router's types know only the search of a named route.
    void navigate({ to: ".", search: search as never, resetScroll: false });
  };
}

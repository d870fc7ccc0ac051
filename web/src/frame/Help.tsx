import { ActionIcon, Kbd, Modal } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import type { ReactNode } from "react";

import { en } from "../texts/en";
import { Icon } from "../widgets/Icon";
import { StateWord } from "../widgets/StateMark";
import css from "./Frame.module.css";

const SCALE = ["good", "watch", "act", "nodata"] as const;
const KEYS = [
  ["?", en.help.keyHelp],
  ["j", en.help.keyNext],
  ["k", en.help.keyPrevious],
  ["u", en.help.keyUp],
] as const;

export function Help(): ReactNode {
  const [opened, { open, close }] = useDisclosure(false);
  useHotkeys([["shift+?", open], ["?", open]], undefined, true);
  return (
    <>
      <ActionIcon variant="subtle" size={44} onClick={open} aria-label={en.frame.helpKey} title={en.frame.helpKey}>
        <Icon name="help" size={20} />
      </ActionIcon>
      <Modal opened={opened} onClose={close} title={en.help.title} classNames={{ title: css.helpTitle ?? "" }} size="lg" closeButtonProps={{ "aria-label": en.help.close }}>
        <div className={css.help}>
          <h3>{en.help.scale}</h3>
          <dl className={css.scale}>
            {SCALE.map((state) => (
              <Scale key={state} state={state} />
            ))}
          </dl>
          <p>{en.help.colour}</p>
          <h3>{en.oee}</h3>
          <p>{en.help.oee}</p>
          <p>{en.help.rollup}</p>
          <p>{en.help.time}</p>
          <h3>{en.help.keys}</h3>
          <dl className={css.keys}>
            {KEYS.map(([key, what]) => (
              <Key key={key} name={key} what={what} />
            ))}
          </dl>
        </div>
      </Modal>
    </>
  );
}

function Scale({ state }: { state: (typeof SCALE)[number] }): ReactNode {
  return (
    <>
      <dt>
        <StateWord state={state} word={en.state[state]} />
      </dt>
      <dd>{en.help[state]}</dd>
    </>
  );
}

function Key({ name, what }: { name: string; what: string }): ReactNode {
  return (
    <>
      <dt>
        <Kbd>{name}</Kbd>
      </dt>
      <dd>{what}</dd>
    </>
  );
}

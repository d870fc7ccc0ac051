import { ActionIcon, Kbd, Modal } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useMatches } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { en } from "../texts/en";
import { helpText } from "../texts/help";
import { Icon } from "../widgets/Icon";
import { StateWord } from "../widgets/StateMark";
import css from "./Help.module.css";

const SCALE = ["good", "watch", "act", "nodata"] as const;
const KEYS = [["?", en.help.keyHelp]] as const;

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
          <AboutPage />
          <h2>{helpText.everywhere}</h2>
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
          <Keys keys={KEYS} />
        </div>
      </Modal>
    </>
  );
}

/** What this very page is about; nothing where there is nothing to say. */
function AboutPage(): ReactNode {
  const route = useMatches({ select: (matches) => matches[matches.length - 1]?.routeId ?? "" });
  const page = helpText.pages[route];
  if (page === undefined) return null;
  return (
    <section data-testid="page-help">
      <h2>{page.title}</h2>
      {page.about.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <h3>{helpText.grey}</h3>
      <p>{page.grey}</p>
      <h3>{helpText.can}</h3>
      <ul>
        {page.can.map((deed) => (
          <li key={deed}>{deed}</li>
        ))}
      </ul>
      {page.keys.length === 0 ? null : (
        <>
          <h3>{helpText.keys}</h3>
          <Keys keys={page.keys} />
        </>
      )}
    </section>
  );
}

function Keys({ keys }: { keys: readonly (readonly [key: string, what: string])[] }): ReactNode {
  return (
    <dl className={css.keys}>
      {keys.map(([key, what]) => (
        <Key key={key} name={key} what={what} />
      ))}
    </dl>
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

/** Who acts in this browser: initials and name; change it or forget it. */

import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";

import { personsQuery } from "../api/alarms";
import type { PersonView } from "../api/types";
import { alarms } from "../texts/alarms";
import { Icon } from "../widgets/Icon";
import { tell } from "../widgets/toast";
import { choosePerson, usePerson } from "./person";
import css from "./Person.module.css";
import { Initials, usePersonDialog } from "./PersonDialog";

const text = alarms.person;

export function PersonMark(): ReactNode {
  const me = usePerson();
  const { dialog, open } = usePersonDialog();
  useStillKnown(me);
  return (
    <>
      {me === null ? <Unknown open={open} /> : <Known me={me} open={open} />}
      {dialog}
    </>
  );
}

/** Another hub at the same address gives the same number to somebody else: nothing must be done in their name. */
function useStillKnown(me: PersonView | null): void {
  const known = useQuery({ ...personsQuery, enabled: me !== null }).data?.items;
  useEffect(() => {
    if (me === null || known === undefined || known.some(({ id, name }) => id === me.id && name === me.name)) return;
    choosePerson(null);
    tell("watch", text.forgotten(me.name));
  }, [me, known]);
}

function Unknown({ open }: { open: () => void }): ReactNode {
  return (
    <button type="button" className={css.mark} onClick={open} title={text.unknown} aria-label={text.unknown}>
      <span className={css.initials} data-unknown="true">
        <Icon name="person" size={18} />
      </span>
      <span className={css.who}>{text.unknown}</span>
    </button>
  );
}

function Known({ me, open }: { me: PersonView; open: () => void }): ReactNode {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className={css.mark} title={text.you(me.name)} aria-label={text.you(me.name)} data-testid="person">
          <Initials name={me.name} />
          <span className={css.who}>{me.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.you(me.name)}</Menu.Label>
        <Menu.Item className={css.item ?? ""} onClick={open}>
          {text.change}
        </Menu.Item>
        <Menu.Item className={css.item ?? ""} onClick={() => choosePerson(null)}>
          {text.forget}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

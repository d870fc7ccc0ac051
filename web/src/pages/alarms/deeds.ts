/** What people do about an alarm: asked for once, told when the hub has it. Nothing is shown as done before. */

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { act, boardQuery, dossierQuery, type Deed } from "../../api/alarms";
import { HubError } from "../../api/fetch";
import type { AlarmDossier, AlarmView, PersonView } from "../../api/types";
import { thePerson } from "../../person/person";
import { alarms as text } from "../../texts/alarms";
import { clock } from "../../widgets/format";
import { tell } from "../../widgets/toast";

const CONFLICT = 409;
const KINDS = { acknowledge: "acknowledged", assign: "assigned", comment: "commented", clear: "cleared" } as const;

/** True: done. False: dismissed or refused, and said so. */
export type Do = (deed: Deed) => Promise<boolean>;

export function useDeeds(alarm: AlarmView): { doIt: Do; busy: Deed["what"] | null } {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<Deed["what"] | null>(null);
  const doIt = useCallback(
    async (deed: Deed): Promise<boolean> => {
      const person = await thePerson();
      if (person === null) return false;
      setBusy(deed.what);
      try {
        done(queries, alarm, person, deed, await act(alarm.id, person, deed));
        return true;
      } catch (error) {
        await failed(queries, alarm, deed, error);
        return false;
      } finally {
        setBusy(null);
      }
    },
    [queries, alarm],
  );
  return { doIt, busy };
}

function done(queries: QueryClient, alarm: AlarmView, person: PersonView, deed: Deed, dossier: AlarmDossier): void {
  queries.setQueryData(dossierQuery(alarm.id).queryKey, dossier);
  tell("good", sentence(alarm, person, deed));
  // The live topic brings it to everybody; this browser does not have to wait for its turn.
  void queries.invalidateQueries({ queryKey: boardQuery.queryKey });
}

function sentence(alarm: AlarmView, person: PersonView, deed: Deed): string {
  if (deed.what === "assign") return text.done.assign(person.name, deed.assignee?.name ?? null, alarm.text);
  return text.done[deed.what](person.name, alarm.text);
}

async function failed(queries: QueryClient, alarm: AlarmView, deed: Deed, error: unknown): Promise<void> {
  if (error instanceof HubError) {
    tell("act", (error.status === CONFLICT ? await whoWasFaster(queries, alarm, deed) : null) ?? text.failed.hub(error.message));
    void queries.invalidateQueries({ queryKey: boardQuery.queryKey });
  } else if (error instanceof TypeError) tell("act", text.failed.unreachable);
  else throw error;
}

/** Who did it before, as the hub knows it now; null: that is not why. */
async function whoWasFaster(queries: QueryClient, alarm: AlarmView, deed: Deed): Promise<string | null> {
  // The refusal has its own words: this question may fail without harm.
  const now = await queries.fetchQuery({ ...dossierQuery(alarm.id), staleTime: 0, retry: false, networkMode: "always" }).catch(() => null);
  const event = now?.events.filter(({ kind }) => kind === KINDS[deed.what] || kind === "cleared").at(-1);
  if (event === undefined) return null;
  const at = clock(Date.parse(event.at), alarm.timezone);
  return event.person === null ? text.failed.itself(at) : text.failed.faster(event.person, text.kind[event.kind], at);
}

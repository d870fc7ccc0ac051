/** One alarm: what is wrong, how it went, what speaks for it, who did what. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";

import { boardQuery, dossierQuery } from "../../api/alarms";
import { lineQuery } from "../../api/queries";
import type { AlarmDossier, LineView } from "../../api/types";
import { useLive } from "../../live/live";
import { alarms as text } from "../../texts/alarms";
import { Answer } from "../../widgets/Answer";
import { Panel } from "../../widgets/Panel";
import { StripFrame } from "../../widgets/StripFrame";
import strip from "../../widgets/StripFrame.module.css";
import { Calm } from "./AlarmList";
import { Evidence } from "./Evidence";
import { FailedStepPanel } from "./FailedStepPanel";
import { IncidentHead } from "./IncidentHead";
import css from "./IncidentPage.module.css";
import { IncidentSkeleton } from "./IncidentSkeleton";
import { useAlarmKeys } from "./keys";
import { Timeline } from "./Timeline";

export function IncidentPage(): ReactNode {
  const { alarm } = useParams({ from: "/alarms/$alarm" });
  const dossier = useQuery(dossierQuery(Number(alarm)));
  useFresh(Number(alarm));
  return (
    <Answer query={dossier} what={text.what} skeleton={<IncidentSkeleton />}>
      {(data) => <Rooms key={data.alarm.id} dossier={data} />}
    </Answer>
  );
}

/** Ask again when the live board tells another state of this alarm than before. */
function useFresh(id: number): void {
  const queries = useQueryClient();
  const board = useLive("alarms", boardQuery).data;
  const told = JSON.stringify([...(board?.open ?? []), ...(board?.unseen ?? [])].find((alarm) => alarm.id === id) ?? null);
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (board === undefined) return;
    if (before.current !== null && before.current !== told) void queries.invalidateQueries({ queryKey: dossierQuery(id).queryKey });
    before.current = told;
  }, [queries, board, told, id]);
}

function Rooms({ dossier }: { dossier: AlarmDossier }): ReactNode {
  const { alarm } = dossier;
  const line = useQuery(lineQuery(alarm.site, alarm.line)).data;
  const { list, choose } = useAlarmKeys(true);
  useEffect(() => choose(alarm.id), [choose, alarm.id]);
  return (
    <div ref={list}>
      <div className={`${css.page} rooms`} data-alarm={alarm.id}>
        <IncidentHead alarm={alarm} />
        <div className={`${css.columns} rooms`}>
          <div className={`${css.left} rooms`}>
            <FailedStepPanel alarm={alarm} line={line} />
            <Products dossier={dossier} line={line} />
            <Evidence dossier={dossier} />
          </div>
          <Timeline dossier={dossier} />
        </div>
      </div>
    </div>
  );
}

function Products({ dossier, line }: { dossier: AlarmDossier; line: LineView | undefined }): ReactNode {
  const { products, alarm } = dossier;
  return (
    <Panel title={text.incident.products} note={text.incident.productsNote} className={css.products}>
      {products.length === 0 ? <Calm words={text.empty.products} /> : null}
      <ol className={strip.strip} data-testid="alarm-products">
        {products.map((product) => (
          <li key={product.product}>
            <StripFrame product={product} zone={alarm.timezone} defects={line?.defects ?? []} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

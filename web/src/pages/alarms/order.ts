/** Which alarms are shown, and in which order. The hub gives them by severity and age. */

import type { AlarmView, PersonView } from "../../api/types";
import type { Severity } from "../../widgets/severity";

export interface Filter {
  sites?: readonly string[] | undefined;
  line?: string | undefined;
  severity?: Severity | undefined;
  /** Only of this person. */
  of?: PersonView | null | undefined;
}

export function matching(alarms: readonly AlarmView[], { sites, line, severity, of }: Filter): AlarmView[] {
  return alarms.filter(
    (alarm) =>
      (sites === undefined || sites.includes(alarm.site)) &&
      (line === undefined || alarm.line === line) &&
      (severity === undefined || alarm.severity === severity) &&
      (of === undefined || isOf(alarm, of)),
  );
}

/** [assigned to me, the others], each in the order given. */
export function mineAndOthers(alarms: readonly AlarmView[], me: PersonView | null): [AlarmView[], AlarmView[]] {
  return [alarms.filter((alarm) => isOf(alarm, me)), alarms.filter((alarm) => !isOf(alarm, me))];
}

/** Names are unique in the list of persons. */
function isOf(alarm: AlarmView, person: PersonView | null): boolean {
  return person !== null && alarm.assignee === person.name;
}

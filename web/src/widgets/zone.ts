/** Wall-clock times of a zone, as the field of a form holds them ("2026-01-31T08:05"). Pure. */

const MINUTE = "YYYY-MM-DDTHH:MM".length;

export function wallTime(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "00";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The instant when clocks of the zone show `text`, ms since 1970; null when it is no time. An hour that summer time skips reads as the one after. */
export function instantAt(text: string, zone: string): number | null {
  const asUtc = Date.parse(`${text.slice(0, MINUTE)}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  // The offset is that of the answer and not of the question: asked twice, it holds beside a change of the clocks too.
  const first = asUtc - offsetMs(asUtc, zone);
  return asUtc - offsetMs(first, zone);
}

/** The last midnight in the zone. */
export function midnight(at: number, zone: string): number {
  return instantAt(`${wallTime(at, zone).slice(0, "YYYY-MM-DD".length)}T00:00`, zone) ?? at;
}

function offsetMs(at: number, zone: string): number {
  return Date.parse(`${wallTime(at, zone)}:00Z`) - Math.floor(at / 60_000) * 60_000;
}

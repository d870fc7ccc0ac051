/** Wall times of a zone and the instants they are. Clock changes are those of the zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-24T06:00", as a clock in `zone` shows it: what an `<input type="datetime-local">` holds. */
export function toWall(at: number, zone: string): string {
  return new Date(at + offset(at, zone)).toISOString().slice(0, 16);
}

/** The instant at which a clock in `zone` shows `wall`; null when it is no time. A time that a clock change skips is the one after it. */
export function fromWall(wall: string, zone: string): number | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  const near = asUtc - offset(asUtc, zone);
  return asUtc - offset(near, zone);
}

/** Midnight in `zone` of the day that lies `days` before that of `at`; 0: midnight of the same day. */
export function daysBefore(at: number, days: number, zone: string): number {
  const day = new Date(`${toWall(at, zone).slice(0, 10)}T00:00Z`);
  day.setUTCDate(day.getUTCDate() - days);
  return fromWall(day.toISOString().slice(0, 16), zone) ?? at;
}

/** ms by which the zone's clock is ahead of UTC at this instant. */
function offset(at: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const numeric = "numeric" as const;
    format = new Intl.DateTimeFormat("en", {
      timeZone: zone,
      hourCycle: "h23",
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formats.set(zone, format);
  }
  return format;
}

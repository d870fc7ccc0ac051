/** Words of the time range. */

export const rangeText = {
  label: "Time range",
  kinds: { live: "Live", shift: "Shift", day: "Day", week: "Week", custom: "Custom" },
  titles: {
    live: "The last hour, moving with the clock",
    shift: "The shift that runs now, or the last one",
    day: "The last 24 hours",
    week: "The last 7 days: today and the six before",
    custom: "From and to as you choose",
  },
  /** They end a title. */
  words: { live: "last hour", day: "last 24 hours", week: "last 7 days" },
  shiftWords: { running: "this shift", ended: "last shift", unknown: "last 8 hours" },
  noShift: "A shift belongs to one site",
  from: "From",
  to: "To (not included)",
  zone: (zone: string) => `Times in ${zone}`,
  apply: "Show",
  change: "Choose from and to",
  wrong: {
    empty: "Give both times.",
    order: "From must be before to.",
  },
};

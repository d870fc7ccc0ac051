/** Every text of the wall mode. A translation is a second file of this shape. */

export const wall = {
  title: "Wall mode",
  build: "A screen on the wall",
  intro: "Pages for a screen that everybody sees: no menus, large type, one page after the other. Build the address here, then open it on the screen.",
  pages: "Pages, in this order",
  enterprise: "World map",
  alarms: "Alarms",
  site: (name: string) => `Factory ${name}`,
  line: (site: string, name: string) => `${site}, ${name}`,
  every: "Seconds for each page",
  everyHint: (low: number, high: number) => `From ${low} to ${high}. A page that is longer than the screen gets a second turn for its lower part.`,
  address: "The address for the screen",
  copy: "Copy",
  copied: "The address is in the clipboard.",
  copyFailed: "This browser does not let a page copy. Select the address and copy it.",
  start: "Start here",
  nothing: "Choose at least one page.",
  keys: "On the screen: f switches full screen on and off, Escape leaves, the right arrow shows the next page. The screen stays awake where the browser can do that.",
  next: (name: string) => `Next: ${name}`,
  what: "pages",
};

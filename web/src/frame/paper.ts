/** Printing: on paper everything is light, and charts are drawn anew at the width of the paper, so that none is cut. */

/** px of a chart on A4 or letter, upright, within the margins of styles.css and the padding of a panel. */
export const PAPER_WIDTH = 660;

type Watcher = (printing: boolean) => void;

const SCHEME = "data-mantine-color-scheme";
const watchers = new Set<Watcher>();
let screenScheme: string | null = null;

/** Told before the page goes to paper and after it came back. */
export function onPaper(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Once, at the start of the program. */
export function watchPrinting(): void {
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  window.matchMedia("print").addEventListener("change", ({ matches }) => (matches ? begin() : end()));
}

function begin(): void {
  if (screenScheme !== null) return;
  const root = document.documentElement;
  screenScheme = root.getAttribute(SCHEME) ?? "light";
  root.setAttribute(SCHEME, "light");
  for (const watcher of watchers) watcher(true);
}

function end(): void {
  if (screenScheme === null) return;
  document.documentElement.setAttribute(SCHEME, screenScheme);
  screenScheme = null;
  for (const watcher of watchers) watcher(false);
}

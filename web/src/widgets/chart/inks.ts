/** The page's colours for a chart, as they are in the present scheme. */

export interface Inks {
  ink: string;
  ink2: string;
  ink3: string;
  rule: string;
  strong: string;
  surface: string;
  raised: string;
  watch: string;
  act: string;
  bar: string;
  shadow: string;
  font: string;
}

export function inks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: token("--ink"),
    ink2: token("--ink-2"),
    ink3: token("--ink-3"),
    rule: token("--rule"),
    strong: token("--rule-strong"),
    surface: token("--surface"),
    raised: token("--raised"),
    watch: token("--watch"),
    act: token("--act"),
    bar: token("--bar"),
    shadow: token("--bar-shadow"),
    font: token("--font"),
  };
}

import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Neutral only: a library widget must never look like a state. */
const slate: MantineColorsTuple = [
  "#f3f5f6",
  "#e3e7ea",
  "#c9d0d5",
  "#adb6bd",
  "#929ba3",
  "#77828b",
  "#5d6871",
  "#424c54",
  "#2b3136",
  "#181d21",
];

/** What Mantine's dark scheme is made of, in the tones of styles.css. */
const dark: MantineColorsTuple = [
  "#e8ebed",
  "#b3bac0",
  "#929ba3",
  "#565e65",
  "#343a3f",
  "#2b3136",
  "#262b2f",
  "#1c2023",
  "#14171a",
  "#0d0f11",
];

export const theme = createTheme({
  colors: { slate, dark },
  primaryColor: "slate",
  primaryShade: { light: 7, dark: 4 },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  defaultRadius: 6,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  // Words on a filled button stay readable in both schemes.
  autoContrast: true,
});

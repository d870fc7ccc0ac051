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

export const theme = createTheme({
  colors: { slate },
  primaryColor: "slate",
  primaryShade: { light: 7, dark: 4 },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  defaultRadius: 6,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  cursorType: "pointer",
  respectReducedMotion: true,
});

import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";

import { en } from "../texts/en";
import { Icon } from "../widgets/Icon";

const CHOICES: MantineColorScheme[] = ["dark", "light", "auto"];

export function SchemeSwitch(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" size={44} aria-label={en.frame.theme} title={en.frame.theme}>
          <Icon name="contrast" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{en.frame.theme}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(choice) => setColorScheme(choice as MantineColorScheme)}>
          {CHOICES.map((choice) => (
            <Menu.RadioItem key={choice} value={choice}>
              {en.frame[choice]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

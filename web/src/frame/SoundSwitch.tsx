import { ActionIcon } from "@mantine/core";
import type { ReactNode } from "react";

import { alarms } from "../texts/alarms";
import { Icon } from "../widgets/Icon";
import { tell } from "../widgets/toast";
import { playTone, switchSound, useSound, type Sound } from "./alarmSound";

const text = alarms.sound;
const ICONS: Record<Sound, string> = { on: "bell", off: "bell-off", blocked: "bell-wait" };

export function SoundSwitch(): ReactNode {
  const sound = useSound();
  const toggle = (): void => {
    // The click that should unblock it must not switch it off.
    const on = sound !== "on";
    switchSound(on);
    if (on) playTone();
    tell("neutral", on ? text.turnOn : text.turnOff);
  };
  return (
    <ActionIcon variant="subtle" size={44} onClick={toggle} aria-pressed={sound !== "off"} aria-label={text[sound]} title={text[sound]} data-sound={sound}>
      <Icon name={ICONS[sound]} size={20} />
    </ActionIcon>
  );
}

/** Marks a number that rests on proxies (rule R14) and explains itself. */

import { Popover, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import type { Ratios } from "../api/types";
import { factoryText } from "../texts/factory";
import css from "./Proxy.module.css";

export function isProxy(ratios: Ratios): boolean {
  return ratios.flags.includes("PROXY");
}

/** Nothing where the number is measured itself. */
export function Proxy({ ratios }: { ratios: Ratios }): ReactNode {
  if (!isProxy(ratios)) return null;
  const text = factoryText.proxy;
  return (
    <Popover width={300} position="bottom" shadow="md" withArrow>
      <Popover.Target>
        <UnstyledButton className={css.mark} title={text.title} data-testid="proxy">
          {text.mark}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={css.box}>{text.why}</Popover.Dropdown>
    </Popover>
  );
}

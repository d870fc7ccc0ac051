/** Choose pages and their time, and take the address to the screen. */

import { Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import type { EnterpriseView } from "../../api/types";
import { wall as text } from "../../texts/wall";
import { Panel } from "../../widgets/Panel";
import { tell } from "../../widgets/toast";
import { addressOf, EVERY_S, LEAST_S, MOST_S, places, seconds, usualPaths } from "./pages";
import css from "./WallPage.module.css";

export function WallForm({ plant }: { plant: EnterpriseView }): ReactNode {
  const [chosen, setChosen] = useState<readonly string[]>(() => usualPaths(plant));
  const [every, setEvery] = useState(EVERY_S);
  const all = places(plant);
  // In the order of the list, whatever the order of the clicks.
  const paths = all.map(({ path }) => path).filter((path) => chosen.includes(path));
  return (
    <Panel title={text.build} note={text.intro} className={css.form}>
      <h1 className="visually-hidden">{text.title}</h1>
      <fieldset className={css.pages}>
        <legend>{text.pages}</legend>
        {all.map(({ path, name }) => (
          <Checkbox
            key={path}
            className={css.page ?? ""}
            size="md"
            label={name}
            checked={chosen.includes(path)}
            onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, path] : chosen.filter((other) => other !== path))}
          />
        ))}
      </fieldset>
      <NumberInput
        className={css.every ?? ""}
        size="md"
        label={text.every}
        description={text.everyHint(LEAST_S, MOST_S)}
        min={LEAST_S}
        max={MOST_S}
        value={every}
        onChange={(value) => setEvery(typeof value === "number" ? value : EVERY_S)}
      />
      <Address paths={paths} every={seconds(every)} />
      <p className="quiet">{text.keys}</p>
    </Panel>
  );
}

function Address({ paths, every }: { paths: readonly string[]; every: number }): ReactNode {
  if (paths.length === 0) return <p role="alert">{text.nothing}</p>;
  const address = addressOf(paths, every);
  return (
    <div className={css.address}>
      <TextInput size="md" label={text.address} value={address} readOnly onFocus={(event) => event.currentTarget.select()} data-testid="wall-address" />
      <Button variant="default" size="md" onClick={() => copy(address)}>
        {text.copy}
      </Button>
      <Link to="/wall" search={{ pages: paths.join(","), every }} className={css.start}>
        {text.start}
      </Link>
    </div>
  );
}

/** Without TLS a browser offers no clipboard. */
function copy(address: string): void {
  if (!("clipboard" in navigator)) return tell("watch", text.copyFailed);
  navigator.clipboard.writeText(address).then(
    () => tell("good", text.copied),
    () => tell("watch", text.copyFailed),
  );
}

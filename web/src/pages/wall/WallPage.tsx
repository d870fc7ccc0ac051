/** The address of a wall: with pages it turns them, without it helps to choose them. */

import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { plantQuery } from "../../api/queries";
import { en } from "../../texts/en";
import { wall as text } from "../../texts/wall";
import { Answer } from "../../widgets/Answer";
import { readPaths, seconds, usualPaths } from "./pages";
import { Rotation } from "./Rotation";
import { WallForm } from "./WallForm";

const FORM_PX = 640;

export function WallPage(): ReactNode {
  const search = useSearch({ from: "/wall" });
  const plant = useQuery(plantQuery);
  const turns = search.pages !== undefined || search.every !== undefined;
  return (
    <Answer query={plant} what={text.what} skeleton={<Skeleton height={FORM_PX} aria-label={en.loading} />}>
      {(view) => {
        if (!turns) return <WallForm plant={view} />;
        const given = readPaths(search.pages ?? "");
        const paths = given.length === 0 ? usualPaths(view) : given;
        return <Rotation key={paths.join()} paths={paths} every={seconds(search.every)} plant={view} />;
      }}
    </Answer>
  );
}

/** Two products side by side: camera beside camera, moved and zoomed as one. */

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { lineQuery, productQuery } from "../../api/queries";
import type { ProductView } from "../../api/types";
import { en } from "../../texts/en";
import { inspectionsText as text } from "../../texts/inspections";
import { Answer, Missing } from "../../widgets/Answer";
import { clock, day, zoneName } from "../../widgets/format";
import { Panel } from "../../widgets/Panel";
import { verdictState } from "../../widgets/state";
import { StateWord } from "../../widgets/StateMark";
import { timeTitle } from "../../widgets/Time";
import { View, shapeOf } from "../product/View";
import { useZoom, ZoomTools, type Zooming } from "../product/ZoomTools";
import { ProductSkeleton } from "../product/ProductSkeleton";
import css from "./Compare.module.css";
import type { InspectionsSearch } from "./search";

export function Compare({ search, pair }: { search: InspectionsSearch; pair: string }): ReactNode {
  const [left, right, ...others] = pair.split(",").map(placed);
  if (left == null || right == null || others.length > 0) return <Missing text={text.compareWrong} />;
  return <Pair search={search} left={left} right={right} />;
}

type Placed = readonly [site: string, product: string];

/** `<site>/<product>` */
function placed(id: string): Placed | null {
  const cut = id.indexOf("/");
  return cut <= 0 || cut === id.length - 1 ? null : [id.slice(0, cut), id.slice(cut + 1)];
}

function Pair({ search, left, right }: { search: InspectionsSearch; left: Placed; right: Placed }): ReactNode {
  const answers = [useQuery(productQuery(...left)), useQuery(productQuery(...right))] as const;
  return (
    <Answer query={bothOf(...answers)} what={text.compareWhat} skeleton={<ProductSkeleton />}>
      {(products) => <SideBySide search={search} products={products} />}
    </Answer>
  );
}

type Both = [ProductView, ProductView];

/** One answer of two questions: there when both are, failed when one has. */
function bothOf(a: UseQueryResult<ProductView>, b: UseQueryResult<ProductView>): UseQueryResult<Both> {
  const failed = a.error === null ? b : a;
  const data: Both | undefined = a.data === undefined || b.data === undefined ? undefined : [a.data, b.data];
  return { ...failed, data } as UseQueryResult<Both>;
}

function SideBySide({ search: { compare: _, ...filters }, products }: { search: InspectionsSearch; products: Both }): ReactNode {
  const zoom = useZoom();
  const names = [useNames(products[0]), useNames(products[1])] as const;
  const cameras = [...new Map(products.flatMap(({ shots }) => shots.map(({ camera, camera_name }) => [camera, camera_name] as const))).keys()];
  const shape = products.flatMap(({ shots }) => shots.map(shapeOf)).find((known) => known !== null) ?? "1 / 1";
  return (
    <Panel title={text.compareTitle} note={text.compareNote} aside={<ZoomTools {...zoom} />}>
      <Link to="/inspections" search={filters} className={css.back}>
        {text.back}
      </Link>
      <div className={css.pair} data-testid="compare">
        {products.map((product, n) => (
          <Head key={n} product={product} nameOf={names[n] ?? plain} />
        ))}
        {cameras.flatMap((camera) => products.map((product, n) => <One key={`${camera} ${n}`} product={product} camera={camera} nameOf={names[n] ?? plain} zoom={zoom} shape={shape} />))}
      </div>
    </Panel>
  );
}

const plain = (label: string): string => label.replaceAll("_", " ");

function useNames({ site, line }: ProductView): (label: string) => string {
  const { data } = useQuery(lineQuery(site, line));
  return (label) => data?.defects.find((defect) => defect.label === label)?.name ?? plain(label);
}

function Head({ product, nameOf }: { product: ProductView; nameOf: (label: string) => string }): ReactNode {
  const state = verdictState(product.outcome, product.verdict);
  const at = Date.parse(product.effective_at);
  const reasons = product.reasons.map((reason) => (product.outcome === "explained" ? (en.explanation[reason] ?? reason) : nameOf(reason)));
  return (
    <header className={css.head} data-state={state}>
      <Link to="/sites/$site/products/$product" params={{ site: product.site, product: product.product }}>
        <h3>{en.productPage.title(String(product.trigger_count))}</h3>
      </Link>
      <StateWord strong state={state} word={en.verdict[product.verdict ?? product.outcome] ?? product.outcome} />
      <span>{reasons.length === 0 ? en.productPage.boxes(0) : reasons.join(", ")}</span>
      <span className="quiet" title={timeTitle(at, product.timezone)}>
        {text.line(product.site_name, product.line_name)}, {day(at, product.timezone)} {clock(at, product.timezone)} {zoneName(at, product.timezone)}
      </span>
    </header>
  );
}

interface OneProps {
  product: ProductView;
  camera: string;
  nameOf: (label: string) => string;
  zoom: Zooming;
  shape: string;
}

function One({ product, camera, nameOf, zoom, shape }: OneProps): ReactNode {
  const shot = product.shots.find((other) => other.camera === camera);
  if (shot === undefined) return <p className={css.none}>{text.notHere}</p>;
  return <View shot={shot} nameOf={nameOf} zoom={zoom.zoom} setZoom={zoom.setZoom} showBoxes={zoom.boxes} shape={shape} />;
}

/** What the hub shows; one name for each payload of REST and of the live socket. */

export type LineState = "RUNNING" | "IDLE" | "STOPPED" | "FAULT" | "MAINTENANCE" | "UNKNOWN";
export type Quality = "good" | "uncertain" | "bad";
export type Value = number | boolean | string;

export interface Components {
  calendar_us: number;
  planned_us: number;
  run_us: number;
  down_us: number;
  nodata_us: number;
  ideal_us: number;
  good_us: number;
  pq: number;
  gq: number;
  sq: number;
  rq: number;
  uq: number;
}

export interface Ratios {
  availability: number | null;
  performance: number | null;
  quality: number | null;
  quality_by_count: number | null;
  oee: number | null;
  coverage: number | null;
  oee_known: number | null;
  oee_low: number | null;
  oee_high: number | null;
  flags: string[];
}

export interface OeeView {
  start: string;
  end: string;
  components: Components;
  ratios: Ratios;
}

export interface OeeBin extends OeeView {
  defects: Record<string, number>;
}

export interface OeeSeries {
  scope: string;
  bin: string;
  bins: OeeBin[];
}

export interface TrendPoint {
  at: string;
  oee: number | null;
  coverage: number | null;
}

export interface LineSummary {
  site: string;
  line: string;
  name: string;
  process: string;
  state: LineState;
  state_since: string | null;
  last_seen: string | null;
  oee: OeeView;
}

export interface SiteSummary {
  id: string;
  name: string;
  country: string;
  region: string;
  lat: number;
  lon: number;
  timezone: string;
  oee: OeeView;
  trend: TrendPoint[];
  lines: LineSummary[];
}

export interface GroupSummary {
  id: string;
  name: string;
  parent: string | null;
  oee: OeeView;
}

export interface EnterpriseView {
  id: string;
  name: string;
  at: string;
  oee: OeeView;
  regions: GroupSummary[];
  countries: GroupSummary[];
  sites: SiteSummary[];
}

export interface TagView {
  key: string;
  name: string;
  unit: string;
  kind: string;
  equipment: string;
  normal_low: number | null;
  normal_high: number | null;
  design_max: number | null;
  value: Value | null;
  quality: Quality | null;
  at: string | null;
  state: string;
  recent: [number, number][];
}

export interface StepView {
  id: string;
  name: string;
  icon: string;
  state: string;
  worst_tag: string | null;
  tags: TagView[];
}

export interface EdgeView {
  source: string;
  target: string;
  lag_s: number;
}

export interface Named {
  id: string;
  name: string;
}

export interface InspectionSummary {
  site: string;
  line: string;
  station: string;
  product: string;
  trigger_count: number;
  at: string;
  received_at: string;
  outcome: string;
  verdict: string | null;
  reasons: string[];
  picture: string | null;
}

export interface LineView {
  site: string;
  site_name: string;
  timezone: string;
  line: string;
  name: string;
  process: string;
  product_name: string;
  at: string;
  state: LineState;
  state_reason: string | null;
  state_since: string | null;
  last_seen: string | null;
  belt_speed_mps: number | null;
  inspection_step: string;
  oee: OeeView;
  trend: TrendPoint[];
  steps: StepView[];
  edges: EdgeView[];
  cameras: Named[];
  defects: { label: string; name: string }[];
  products: InspectionSummary[];
  counts: Record<string, number>;
}

export interface Box {
  label: string;
  score: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface ModelRunView {
  model: string;
  name: string | null;
  prepare_us: number;
  infer_us: number;
}

export interface Timings {
  capture_us: number;
  prepare_us: number;
  infer_us: number;
  total_us: number;
}

export interface ShotView {
  camera: string;
  camera_name: string;
  picture: string | null;
  picture_state: string;
  boxes: Box[] | null;
  models: ModelRunView[];
  timings: Timings | null;
  width: number;
  height: number;
}

export interface StepReading {
  step: string;
  step_name: string;
  key: string;
  name: string;
  unit: string;
  at: string;
  value: Value | null;
  quality: Quality | null;
  measured_at: string | null;
  normal_low: number | null;
  normal_high: number | null;
  design_max: number | null;
  state: string;
}

export interface LedgerState {
  station: string;
  epoch: string;
  seq: number;
  state: string;
  digest: string;
  received_at: string;
  flags: string[];
}

export interface Output {
  given: "pass" | "reject" | null;
  /** µs since 1970 */
  at: number | null;
  confirmed: boolean;
}

export interface ProductView {
  site: string;
  site_name: string;
  timezone: string;
  line: string;
  line_name: string;
  station: string;
  product: string;
  trigger_count: number;
  at: string;
  effective_at: string;
  received_at: string;
  judged_at: string | null;
  outcome: string;
  verdict: string | null;
  reasons: string[];
  shots: ShotView[];
  belt_speed_mps: number | null;
  line_state: LineState;
  output: Output;
  readings: StepReading[];
  ledger: LedgerState;
  previous: string | null;
  next: string | null;
}

export interface ReadingPoint {
  at: string;
  value: Value | null;
  low: number | null;
  high: number | null;
  count: number;
}

export interface ReadingSeries {
  site: string;
  line: string;
  tag: string;
  unit: string;
  agg: string;
  bin: string | null;
  fill: string;
  points: ReadingPoint[];
}

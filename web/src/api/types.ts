/** What the hub shows, under short names. The shapes are generated from the hub's OpenAPI document into schema.d.ts. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Box = Schemas["Box"];
export type Components = Schemas["Components"];
export type EdgeView = Schemas["EdgeView"];
export type EnterpriseView = Schemas["EnterpriseView"];
export type GroupSummary = Schemas["GroupSummary"];
export type InspectionSummary = Schemas["InspectionSummary"];
export type LedgerState = Schemas["LedgerState"];
export type LineSummary = Schemas["LineSummary"];
export type LineView = Schemas["LineView"];
export type LineState = LineView["state"];
export type ModelRunView = Schemas["ModelRunView"];
export type OeeSeries = Schemas["OeeSeries"];
export type OeeView = Schemas["OeeView"];
export type ProductView = Schemas["ProductView"];
export type Ratios = Schemas["Ratios"];
export type ReadingPoint = Schemas["ReadingPoint"];
export type ReadingSeries = Schemas["ReadingSeries"];
export type ShotView = Schemas["ShotView"];
export type SiteSummary = Schemas["SiteSummary"];
export type StepReading = Schemas["StepReading"];
export type StepView = Schemas["StepView"];
export type TagView = Schemas["TagView"];
export type TrendPoint = Schemas["TrendPoint"];
export type Value = NonNullable<TagView["value"]>;

export type AlarmBoard = Schemas["AlarmBoard"];
export type AlarmCount = Schemas["AlarmCount"];
export type AlarmDossier = Schemas["AlarmDossier"];
export type AlarmEvent = Schemas["AlarmEvent"];
export type AlarmPage = Schemas["AlarmPage"];
export type AlarmView = Schemas["AlarmView"];
export type Cause = Schemas["Cause"];
export type DefectSeries = Schemas["DefectSeries"];
export type FactorPoint = Schemas["FactorPoint"];
export type FailedStep = Schemas["FailedStep"];
export type LineOees = Schemas["LineOees"];
export type PersonView = Schemas["PersonView"];
export type ScopeLine = Schemas["ScopeLine"];
export type ScopeView = Schemas["ScopeView"];
export type StepEvent = Schemas["StepEvent"];

/** The parts of ECharts that are used, and no others. */

import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, TitleComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent, SVGRenderer]);

export { init, type ECharts };

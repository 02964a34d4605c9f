import * as echarts from 'echarts/core';
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, MarkLineComponent, SVGRenderer]);

const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The server writes { x: [...], series: [{ name, values, kind, tone, dashed, area, stack }] } beside the table with the same figures.
export function mount(element) {
  const data = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const canvas = document.createElement('div');
  canvas.className = 'chart-canvas';
  element.prepend(canvas);
  const chart = echarts.init(canvas, null, { renderer: 'svg' });
  chart.setOption(options(data, element));
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

function options(data, element) {
  const ink = token('--ink-3');
  const font = { fontFamily: token('--font'), color: ink, fontSize: 12 };
  return {
    aria: { enabled: true },
    animation: !element.closest('[data-live]'),
    animationDuration: 300,
    textStyle: font,
    grid: { left: 8, right: data.endLabels ? 76 : 12, top: data.series.length > 1 ? 34 : 14, bottom: 4, containLabel: true },
    legend: data.series.length > 1 ? { top: 0, left: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4, textStyle: font } : undefined,
    tooltip: { trigger: 'axis', borderWidth: 1, borderColor: token('--line'), textStyle: { ...font, color: token('--ink') }, axisPointer: { lineStyle: { color: token('--line-strong') } } },
    xAxis: { type: 'category', data: data.x, boundaryGap: data.series.some(s => s.kind === 'bar'), axisTick: { show: false }, axisLine: { lineStyle: { color: token('--line-strong') } }, axisLabel: { ...font, hideOverlap: true } },
    yAxis: { type: 'value', splitNumber: 3, axisLabel: font, splitLine: { lineStyle: { color: token('--line') } } },
    series: data.series.map(series),
  };
}

function series(s) {
  const color = token(`--${s.tone ?? 'accent'}`);
  return {
    name: s.name,
    type: s.kind ?? 'line',
    data: s.values,
    stack: s.stack,
    symbol: 'none',
    barMaxWidth: 22,
    itemStyle: { color, borderRadius: s.kind === 'bar' && !s.stack ? [3, 3, 0, 0] : 0 },
    lineStyle: { width: s.dashed ? 1.5 : 2.25, type: s.dashed ? [5, 4] : 'solid', color },
    areaStyle: s.area ? { color, opacity: 0.08 } : undefined,
    connectNulls: false,
  };
}

// Charts for tests, by what matters in them.
import type { Axis, Level, Panel, PlotChart, Point, Series } from '../../../harness/report/figures/chart.ts';

export const at = (x: Point['x'], y: number, more: Partial<Point> = {}): Point => ({
  ...{ x, y, low: null, high: null, text: '' },
  ...more,
});

export const seriesOf = (name: string, points: readonly Point[], joined = false): Series => ({ name, points, joined });

interface Scales {
  readonly x?: Axis['scale'];
  readonly y?: Axis['scale'];
  readonly levels?: readonly Level[];
}

export function panelOf(series: readonly Series[], { x = 'linear', y = 'linear', levels = [] }: Scales = {}): Panel {
  return { title: 'panel', x: { label: 'across', scale: x }, y: { label: 'up', scale: y }, series, levels };
}

export function chartOf(panels: readonly Panel[], more: Partial<PlotChart> = {}): PlotChart {
  return {
    ...{ kind: 'plot', name: 'sample', title: 'A sample', caption: 'Made by hand.', panels, inset: null, notes: [] },
    ...more,
  };
}

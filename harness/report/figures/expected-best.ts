// How far a search of fewer settings may be expected to come.
import type { SearchRow } from '../search.ts';
import { byTask } from './by-task.ts';
import type { PlotChart } from './chart.ts';

/** A panel a model and task, a line a method. */
export function expectedBestChart(searches: readonly SearchRow[]): PlotChart {
  return {
    kind: 'plot',
    name: 'expected-best',
    title: 'Expected best score of n settings',
    caption:
      'The expected best score, on held-out training examples, of n settings drawn without replacement from those that have a score: the unbiased estimate of Tang et al. (2020).',
    panels: byTask(searches).map(({ title, members }) => ({
      title,
      x: { label: 'settings', scale: 'linear' },
      y: { label: members.find(({ metric }) => metric !== null)?.metric ?? 'score', scale: 'linear' },
      series: members.map(({ label, expectedBest }) => ({
        name: label,
        points: expectedBest.map(({ n, withoutReplacement: y }) => ({ x: n, y, low: null, high: null, text: '' })),
        joined: true,
      })),
      levels: [],
    })),
    inset: null,
    notes: searches
      .filter(({ expectedBest }) => expectedBest.length === 0)
      .map(({ label, task }) => `${label}, ${task}: no setting has a score.`),
  };
}

// The quality of each method on each task, with its spread over seeds.
import type { Row, Summary } from '../aggregate.ts';
import { byTask } from './by-task.ts';
import type { PlotChart, Series } from './chart.ts';
import { fixedText } from './number-text.ts';

/** A panel a model and task, a row a method. */
export function qualityChart({ rows }: Pick<Summary, 'rows'>): PlotChart {
  return {
    kind: 'plot',
    name: 'quality',
    title: 'Quality by task and method',
    caption:
      'The mean of the primary metric over the final runs of a method, one a seed; bars reach one sample standard deviation to each side, and are left out where there is none: of one seed, or of a method that trains nothing.',
    panels: byTask(rows).map(({ title, members }) => ({
      title,
      x: { label: '', scale: 'category' },
      y: { label: members.find(({ metric }) => metric !== null)?.metric ?? 'no run', scale: 'linear' },
      series: members.map(seriesOf),
      levels: [],
    })),
    inset: null,
    notes: rows.flatMap(({ label, task, quality: { mean } }) =>
      mean.reason === null ? [] : [`${label}, ${task}: no figure (${mean.reason}).`],
    ),
  };
}

function seriesOf({ label, quality: { mean, deviation } }: Row): Series {
  if (mean.value === null) return { name: label, points: [], joined: false };
  const spread = deviation.value;
  const ends = spread === null ? { low: null, high: null } : { low: mean.value - spread, high: mean.value + spread };
  return { name: label, points: [{ x: label, y: mean.value, ...ends, text: fixedText(mean.value, 3) }], joined: false };
}

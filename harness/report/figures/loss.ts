// The loss of every step of each run.
import type { RunRecord } from '../../records/schema.ts';
import { byTask, spansPowers } from './by-task.ts';
import type { Panel, PlotChart, Series } from './chart.ts';
import { STRETCHES, thinned } from './thinned.ts';

/** A panel a model and task, a line a final run; those of a method look alike. */
export function lossChart(records: readonly RunRecord[]): PlotChart {
  const finals = records.filter(({ config }) => config.purpose === 'final');
  const runs = finals.map((record) => ({ model: record.config.model, task: record.config.task.id, record }));
  const untrained = runs.filter(({ record }) => record.losses.length === 0);
  return {
    kind: 'plot',
    name: 'loss',
    title: 'Training loss',
    caption: `The loss of every step before its update, a line for each final run. Of more than ${2 * STRETCHES} steps the first and the last are drawn, and the least and the greatest loss of each of ${STRETCHES} equal stretches.`,
    panels: byTask(runs.filter(({ record }) => record.losses.length > 0)).map(({ title, members }) =>
      panelOf(
        title,
        members.map(({ record }) => record),
      ),
    ),
    inset: null,
    notes: [...new Set(untrained.map(({ record, task }) => `${nameOf(record)}, ${task}: no step was taken.`))],
  };
}

function panelOf(title: string, records: readonly RunRecord[]): Panel {
  const isWide = spansPowers(
    records.flatMap(({ losses }) => losses),
    100,
  );
  return {
    title,
    x: { label: 'step', scale: 'linear' },
    y: { label: 'loss', scale: isWide ? 'log' : 'linear' },
    series: records.map(seriesOf),
    levels: [],
  };
}

function seriesOf(record: RunRecord): Series {
  const points = thinned(record.losses).map((step) => ({
    ...{ x: step, y: record.losses[step] ?? Number.NaN, low: null, high: null, text: '' },
  }));
  return { name: nameOf(record), points, joined: true };
}

/** The method; of a run that did not complete with what became of it. */
function nameOf({ config, status }: RunRecord): string {
  return status === 'completed' ? config.method.label : `${config.method.label} (${status})`;
}

// A figure of the paper filled from records.
import type { Level, Panel, PlotChart, Point, Series } from '../figures/chart.ts';
import { studentInterval } from '../../stats/student-interval.ts';
import { mean } from '../../stats/summary.ts';
import { seedsSentence } from './cell.ts';
import type { PaperEvidence } from './evidence.ts';
import { type Gap, gapNotes, isGap } from './notes.ts';
import { readingOf } from './readings.ts';
import { type PaperRow, type RowChoice, rowNotes, rowsOf } from './rows.ts';
import { readingSample, type Sample, scoreSample } from './sample.ts';
import type { AxisTemplate, FigureTemplate, PanelTemplate } from './schema.ts';

/** A panel for each model, and where a template asks for it for each task. */
export function fillFigure(template: FigureTemplate, evidence: PaperEvidence): PlotChart {
  const gaps: Gap[] = [];
  const panels = template.panels.flatMap((panel) => panelsOf(panel, evidence, gaps));
  const inset = template.inset === undefined ? [] : panelsOf(template.inset, evidence, gaps);
  const asked = [...template.panels, ...(template.inset === undefined ? [] : [template.inset])];
  const notes = asked.flatMap(({ series, levels }) =>
    [...series, ...(levels === undefined ? [] : [levels])].flatMap((choice) => rowNotes(choice, evidence)),
  );
  return {
    kind: 'plot',
    name: `paper-${template.name}`,
    title: template.title,
    caption: `${template.caption} ${seedsSentence(evidence, "with Student's 95 % intervals")}`,
    panels,
    inset: inset[0] ?? null,
    notes: [
      ...new Set(notes),
      ...gapNotes(gaps, evidence, template.study),
      ...(inset.length > 1 ? [`the inset is of ${evidence.study.models[0]}`] : []),
    ],
  };
}

/** @param gaps what is found to be missing is added to it */
function panelsOf(template: PanelTemplate, evidence: PaperEvidence, gaps: Gap[]): Panel[] {
  const { models, tasks } = evidence.study;
  const places = models.flatMap((model) =>
    (template.perTask === true ? tasks.map(({ task }) => task) : [null]).map((task) => ({ model, task })),
  );
  return places.map(({ model, task }): Panel => {
    const of = (choice: PanelTemplate['series'][number]): PaperRow[] =>
      rowsOf(choice, evidence).flatMap((row) => (row.model === model ? [{ ...row, task }] : []));
    const sampled = (row: PaperRow, axis: AxisTemplate): Sample => {
      const sample = onAxis(sampleOf(row, axis, evidence), axis);
      if (isGap(sample)) gaps.push({ row, what: axis.label, sample });
      return sample;
    };
    const { x, y } = template;
    const title = [template.title, ...(models.length > 1 ? [model] : []), ...(task === null ? [] : [task])];
    return {
      title: title.filter((part) => part !== '').join(', '),
      x: { label: x.label, scale: x.scale },
      y: { label: y.label, scale: y.scale },
      series: template.series.flatMap((choice) =>
        linesOf(of(choice)).flatMap((rows) => {
          const points = rows.flatMap((row) => pointOf(row, template, sampled));
          const name = nameOf(rows, of(choice));
          return points.length === 0 ? [] : [{ name, points, joined: choice.sweep !== undefined }];
        }),
      ),
      levels: levelRows(template, of).flatMap((row) => levelOf(row, sampled(row, y))),
    };
  });
}

/** Of a method with several rows the one that is labelled so, where there is one. */
function levelRows({ levels }: PanelTemplate, of: (choice: RowChoice) => PaperRow[]): PaperRow[] {
  if (levels === undefined) return [];
  const rows = of(levels);
  const labelled = (method: string) => rows.some(({ label }) => label === method);
  return rows.filter(({ label, method }) => label === method || !labelled(method));
}

type Sampled = (row: PaperRow, axis: AxisTemplate) => Sample;

function pointOf(row: PaperRow, { x, y }: PanelTemplate, sampled: Sampled): Point[] {
  const across = x.scale === 'category' ? row.label : mean([...sampled(row, x).values.values()]).value;
  const { value, low, high } = heightOf(sampled(row, y));
  return across === null || value === null ? [] : [{ x: across, y: value, low, high, text: '' }];
}

function levelOf({ label }: PaperRow, sample: Sample): Level[] {
  const { value, low, high } = heightOf(sample);
  return value === null ? [] : [{ name: label, y: value, low, high }];
}

/** Untuned models train no parameters, and 0 has no logarithm. */
function onAxis(sample: Sample, { scale }: AxisTemplate): Sample {
  const { value } = mean([...sample.values.values()]);
  if (scale !== 'log' || value === null || value > 0) return sample;
  return { ...sample, values: new Map(), gaps: [`${value} has no place on a logarithmic axis`] };
}

/** The mean over seeds, with Student's 95 % interval where there is one. */
function heightOf({ values }: Sample) {
  const all = [...values.values()];
  const interval = studentInterval(all).value;
  return { value: mean(all).value, low: interval?.low ?? null, high: interval?.high ?? null };
}

function sampleOf(row: PaperRow, { read, score = {} }: AxisTemplate, evidence: PaperEvidence): Sample {
  return read === undefined ? scoreSample(row, score, evidence) : readingSample(row, readingOf(read), evidence);
}

function linesOf(rows: readonly PaperRow[]): PaperRow[][] {
  return [...new Set(rows.map(({ line }) => line))].map((line) => rows.filter((row) => row.line === line));
}

/** The method's own where it has one line only; else its labels. */
function nameOf([first]: readonly PaperRow[], all: readonly PaperRow[]): Series['name'] {
  if (first === undefined) return '';
  const lines = new Set(all.filter(({ method }) => method === first.method).map(({ line }) => line));
  return lines.size === 1 && first.at !== null ? first.method : first.line;
}

// What pages are made of in tests: the records of results/quick, and records made by hand.
import { join } from 'node:path';
import { audit } from '../../../harness/audit/audit.ts';
import { DEFAULT_RULES } from '../../../harness/audit/read-rules.ts';
import { evidenceOf } from '../../../harness/claims/evidence.ts';
import { judgeClaims } from '../../../harness/claims/judge-claims.ts';
import { PAPER_CLAIMS } from '../../../harness/claims/templates/paper.ts';
import type { RunRecord } from '../../../harness/records/schema.ts';
import { isCompleted } from '../../../harness/records/is-completed.ts';
import { readPredictions } from '../../../harness/records/predictions.ts';
import { readRecords } from '../../../harness/records/store.ts';
import { taskScores } from '../../../harness/records/task-scores.ts';
import { aggregate, axesOf, type Row } from '../../../harness/report/aggregate.ts';
import type { PageInput } from '../../../harness/report/page/input.ts';
import type { Cell, Table } from '../../../harness/report/tables/table.ts';
import { compareStudy } from '../../../harness/stats/compare-methods.ts';
import { missing } from '../../../harness/stats/summary.ts';
import { AXES, QUICK, scaleOf } from '../../audit/quick-study.ts';
import { predictionsOf } from '../../records/sample.ts';

/** A chart as a library draws it: with a style of its own, and ids that another chart has too. */
export const DRAWING = `<svg class="plot" fill="currentColor" font-family="system-ui" width="640" height="200" viewBox="0 0 640 200" xmlns="http://www.w3.org/2000/svg">
<style>:where(.plot) { display: block; }</style>
<g aria-label="line" fill="none" stroke-width="1.5" style="stroke: #0072b2; font-variant: tabular-nums"><path d="M0,10L20,30" clip-path="url(#clip)"></path></g>
<clipPath id="clip"><rect x="0" y="0" width="640" height="200"></rect></clipPath>
<text x="10" y="20">loss &lt; 1</text>
</svg>`;

let quick: PageInput | undefined;

export function quickInput(): PageInput {
  quick ??= readQuick();
  return quick;
}

function readQuick(): PageInput {
  const records = readRecords(join(QUICK, 'runs'));
  const fileOf = (id: string) => join(QUICK, 'runs', `${id}.json`);
  const completed = records.filter(isCompleted).filter(({ config }) => config.purpose === 'final');
  const axes = axesOf(records);
  const { rows } = aggregate(records, axes);
  const { tasks } = taskScores(completed.map((record) => ({ record, file: fileOf(record.id) })));
  const comparisons = compareStudy(tasks, 'full');
  const methods = axes.labels.map((label) => ({ label, method: label, options: {}, learningRate: undefined }));
  return {
    name: 'quick',
    path: 'results/quick',
    claims: judgeClaims(PAPER_CLAIMS, evidenceOf({ ...axes, rows: methods }, completed, comparisons.tasks)),
    comparisons,
    tables: [qualityTable(rows, records)],
    figures: [{ title: 'Losses', caption: 'of every step', svg: DRAWING, notes: [] }],
    records,
    rows,
    findings: audit(records, { ...AXES, tasks: axes.tasks, seeds: axes.seeds }, DEFAULT_RULES.rules, scaleOf),
    leftOut: [],
    predictionsOf: ({ id }) => readPredictions(fileOf(id)),
  };
}

/** Of records made by hand, without comparisons and claims. */
export function madeInput(records: readonly RunRecord[]): PageInput {
  const { rows } = aggregate(records);
  return {
    ...{ name: 'made', path: 'results/made', claims: [], figures: [], findings: [], leftOut: [] },
    comparisons: { tasks: [], overTasks: [] },
    tables: [qualityTable(rows, records)],
    ...{ records, rows, predictionsOf },
  };
}

/** A row a method, a column a task. */
export function qualityTable(rows: readonly Row[], records: readonly RunRecord[]): Table {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const word = (text: string): Cell => ({
    ...{ text, value: null, low: null, high: null, reason: null, runs: [], command: null, best: false },
  });
  const cellOf = (label: string, task: string): Cell => {
    const quality = rows.find((row) => row.label === label && row.task === task)?.quality;
    const runs = records
      .filter(({ config }) => config.method.label === label && config.task.id === task && config.purpose === 'final')
      .map(({ id }) => id);
    const { value, reason } = quality?.mean ?? missing('not run');
    const command = `peftbench run results/quick --only method=${label},task=${task}`;
    return { ...word(value === null ? '' : value.toFixed(4)), value, reason, runs, command };
  };
  return {
    name: 'quality',
    title: 'Quality',
    caption: 'The mean over seeds.',
    columns: [
      { key: 'method', title: 'method', align: 'left' },
      ...tasks.map((task) => ({ key: task, title: task, align: 'right' as const })),
    ],
    rows: labels.map((label) => [word(label), ...tasks.map((task) => cellOf(label, task))]),
    notes: ['a note'],
  };
}

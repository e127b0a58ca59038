// Times every statistic of a study of 1,000 made records of 1,000 predictions each, from the files: read, put in order,
// compared. Asked: under 20 s and 1 GB. tsx scripts/statistics-performance.ts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTasks } from '../harness/cli/compare-tasks.ts';
import { predictionLines } from '../harness/contracts/attestation.ts';
import { METRICS, type MetricName } from '../harness/metrics/index.ts';
import { type Stream, streamsOf } from '../harness/random/streams.ts';
import { predictionsFileOf } from '../harness/records/predictions.ts';
import type { CompletedRecord, Prediction } from '../harness/records/schema.ts';
import { readRecords, runsFolder } from '../harness/records/store.ts';
import { type StoredRecord, taskScores } from '../harness/records/task-scores.ts';
import { alignedTable } from '../harness/report/markdown.ts';
import { compareStudy } from '../harness/stats/compare-methods.ts';

const EXAMPLES = 1000;
const METHODS = 10;
const SEEDS = 5;
const TASKS_OF_EACH = 5;
const MEASURES: readonly MetricName[] = ['accuracy', 'f1', 'matthews', 'pearson'];
const MOST_SECONDS = 20;
const MOST_BYTES = 1e9;

const template = readRecords(runsFolder('results/quick')).find(
  (record) => record.status === 'completed' && record.config.purpose === 'final',
);
if (template?.status !== 'completed') throw new Error('results/quick has no completed final record');
const folder = mkdtempSync(join(tmpdir(), 'peftbench-statistics-'));
try {
  const stored = makeRecords(template, folder);
  const spent = process.cpuUsage();
  const began = performance.now();
  const { tasks, leftOut } = taskScores(stored);
  const read = performance.now();
  const { tasks: compared } = compareStudy(tasks, 'method-0', await compareTasks(tasks));
  const ended = performance.now();
  const { user, system } = process.cpuUsage(spent);
  if (leftOut.length > 0) throw new Error(leftOut.join('\n'));
  const seconds = [read - began, ended - read, ended - began].map((milliseconds) => milliseconds / 1000);
  const peak = process.resourceUsage().maxRSS * 1024;
  const pairs = compared.reduce((sum, task) => sum + task.pairs.length, 0);
  const headings = ['records', 'tasks', 'pairs', 'read s', 'compare s', 'both s', 'processor s', 'peak RSS MB'];
  const counts = [stored.length, tasks.length, pairs].map(String);
  const row = [
    ...counts,
    ...[...seconds, (user + system) / 1e6].map((each) => each.toFixed(1)),
    (peak / 1e6).toFixed(0),
  ];
  process.stdout.write(`${alignedTable(headings, [row], 0)}\n`);
  if ((seconds[2] as number) > MOST_SECONDS || peak > MOST_BYTES) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

function makeRecords(like: CompletedRecord, into: string): StoredRecord[] {
  mkdirSync(into, { recursive: true });
  return MEASURES.flatMap((measure) =>
    Array.from({ length: TASKS_OF_EACH }, (_, t) => makeTask(like, into, measure, `made/${measure}-${t}`)).flat(),
  );
}

function makeTask(like: CompletedRecord, into: string, measure: MetricName, task: string): StoredRecord[] {
  const stream = streamsOf(0)(task);
  const labels = Array.from({ length: EXAMPLES }, () =>
    measure === 'pearson' ? stream.integer(26) / 5 : stream.integer(2),
  );
  const hardness = labels.map(() => stream.normal(1));
  return Array.from({ length: METHODS * SEEDS }, (_, run) => {
    const [method, seed] = [Math.floor(run / SEEDS), run % SEEDS];
    const skill = 1 + 0.05 * method + stream.normal(0.05);
    const predictions = labels.map((label, i) => predict(measure, label, i, skill + (hardness[i] as number), stream));
    const value = METRICS[measure](
      predictions.map(({ prediction }) => prediction),
      labels,
    );
    const record: CompletedRecord = {
      ...like,
      id: `${task.replace('/', '-')}-${run}`,
      seed,
      config: {
        ...like.config,
        seed,
        task: { ...like.config.task, id: task },
        method: { ...like.config.method, label: `method-${method}` },
      },
      dataset: {
        ...like.dataset,
        task,
        evaluation: { read: EXAMPLES, scored: [{ set: 'validation', examples: EXAMPLES }] },
      },
      metrics: {
        primary: { name: measure, value },
        all: { [measure]: value },
        scoring: { overall: 'first', groups: {} },
      },
    };
    const file = join(into, `${record.id}.json`);
    writeFileSync(predictionsFileOf(file), predictionLines(predictions));
    return { record, file };
  });
}

function predict(measure: MetricName, label: number, i: number, ease: number, stream: Stream): Prediction {
  const noise = stream.normal(1);
  const right = ease + noise > 0;
  const prediction = measure === 'pearson' ? label + 2 * noise - ease : right ? label : 1 - label;
  return { set: 'validation', id: `validation-${i}`, label, prediction, scores: [noise, -noise] };
}

// Times every statistic of a study of 1,000 made records of 1,000 predictions each, from the files: read, put in order,
// compared. Asked: under 20 s and 1 GB. tsx scripts/statistics-performance.ts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTasks } from '../harness/cli/compare-tasks.ts';
import { predictionLines } from '../harness/contracts/attestation.ts';
import { predictionsFileOf } from '../harness/records/predictions.ts';
import type { CompletedRecord } from '../harness/records/schema.ts';
import { readRecords, runsFolder } from '../harness/records/store.ts';
import { type StoredRecord, taskScores } from '../harness/records/task-scores.ts';
import { alignedTable } from '../harness/report/markdown.ts';
import { compareStudy } from '../harness/stats/compare-methods.ts';
import { MADE_EXAMPLES, MADE_TASKS, type MadeTask, madeRuns } from './made-runs.ts';

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
  return MADE_TASKS.flatMap((task) => makeTask(like, into, task));
}

function makeTask(like: CompletedRecord, into: string, made: MadeTask): StoredRecord[] {
  const { measure, task } = made;
  return madeRuns(made).map(({ method, seed, predictions, value }, run) => {
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
        evaluation: { read: MADE_EXAMPLES, scored: [{ set: 'validation', examples: MADE_EXAMPLES }] },
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

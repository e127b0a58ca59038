// Times `report` on a study of 1,000 made records of 1,000 predictions each, from files to files: read and checked, compared,
// put into tables, written. Asked: under 5 s without the comparisons, and 500 MB. tsx scripts/report-performance.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTasks } from '../harness/cli/compare-tasks.ts';
import { tablesOf } from '../harness/cli/study-tables.ts';
import { DEFAULT_RULES } from '../harness/audit/read-rules.ts';
import { predictionLines, sha256 } from '../harness/contracts/attestation.ts';
import { collapseOverSets } from '../harness/metrics/collapse.ts';
import { isCompleted } from '../harness/records/is-completed.ts';
import { RunsRead } from '../harness/records/runs-read.ts';
import type { CompletedRecord } from '../harness/records/schema.ts';
import { readRecords, recordText, runsFolder } from '../harness/records/store.ts';
import { predictionsFileOf } from '../harness/records/predictions.ts';
import { taskScores } from '../harness/records/task-scores.ts';
import { makeFolder } from '../harness/records/write-whole.ts';
import { buildReport } from '../harness/report/build.ts';
import { alignedTable } from '../harness/report/markdown.ts';
import { writeReport } from '../harness/report/write.ts';
import { compareStudy } from '../harness/stats/compare-methods.ts';
import { expand } from '../harness/study/expand.ts';
import { type CheckedStudy, parseStudy } from '../harness/study/read.ts';
import { runId, TRAINING_SEMANTICS } from '../harness/study/run-id.ts';
import { METHODS } from '../methods/index.ts';
import { MADE_EXAMPLES, MADE_METHODS, MADE_SEEDS, MADE_TASKS, madeRuns } from './made-runs.ts';

const MOST_SECONDS = 5;
const MOST_BYTES = 500e6;
/** The place of the comparisons among the laps. */
const COMPARE = 2;

const STUDY = {
  name: 'made',
  models: ['minilm-l6'],
  methods: Array.from({ length: MADE_METHODS }, (_, i) => ({
    method: 'lora',
    label: `method-${i}`,
    learningRate: (i + 1) / 1000,
  })),
  tasks: MADE_TASKS.map(({ task }) => task),
  seeds: Array.from({ length: MADE_SEEDS }, (_, seed) => seed),
};

// What makes the records is a process of its own: its memory is not the report's.
const [folder, ...others] = process.argv.slice(2);
if (others.length > 0) throw new Error('expected one folder at most, with a study that was made');
if (folder === undefined) makeAndTime();
else await time(folder);

function makeAndTime(): void {
  const made = mkdtempSync(join(tmpdir(), 'peftbench-report-'));
  try {
    makeStudy(made);
    const { status } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, made], {
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(made, { recursive: true });
  }
}

function readStudy(): CheckedStudy {
  const catalogue = { methods: METHODS, taskIds: STUDY.tasks, trainingSetIds: [] };
  return parseStudy(JSON.stringify(STUDY), 'study.json', catalogue);
}

/** Seconds. */
function now(): { readonly wall: number; readonly processor: number } {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now() / 1000, processor: (user + system) / 1e6 };
}

async function time(made: string): Promise<void> {
  const study = readStudy();
  const laps = [now()];
  const lap = () => laps.push(now());
  const runs = new RunsRead();
  const judged = { methods: METHODS, ruleSet: DEFAULT_RULES };
  const noId = () => Promise.reject(new Error('no id is to be asked for'));
  const tables = await tablesOf(study, made, judged, noId, { runs });
  lap();
  const stored = tables.records
    .filter(isCompleted)
    .map((record) => ({ record, file: '', scores: runs.scoresOf(record) }));
  const { tasks, leftOut } = taskScores(stored);
  if (leftOut.length > 0) throw new Error(leftOut.join('\n'));
  lap();
  const comparisons = compareStudy(tasks, 'method-0', await compareTasks(tasks));
  lap();
  const report = buildReport({ ...tables, study: study.name, path: 'made', compared: { tasks, comparisons, leftOut } });
  lap();
  writeReport(join(made, 'report'), report);
  lap();
  const spent = laps.slice(1).map((at, i) => ({
    wall: at.wall - (laps[i]?.wall ?? 0),
    processor: at.processor - (laps[i]?.processor ?? 0),
  }));
  const own = spent.filter((_, i) => i !== COMPARE);
  const sum = (of: 'wall' | 'processor') => own.reduce((total, each) => total + each[of], 0);
  const peak = process.resourceUsage().maxRSS * 1024;
  const headings = [
    ...['records', 'read s', 'in order s', 'compare s', 'build s', 'write s'],
    ...['all but compare s', 'of processor s', 'peak RSS MB'],
  ];
  const seconds = [...spent.map(({ wall }) => wall), sum('wall'), sum('processor')].map((each) => each.toFixed(2));
  const cells = [String(tables.records.length), ...seconds, (peak / 1e6).toFixed(0)];
  process.stdout.write(`${alignedTable(headings, [cells], 0)}\n`);
  if (sum('wall') > MOST_SECONDS || peak > MOST_BYTES) process.exitCode = 1;
}

function makeStudy(into: string): void {
  const [like] = readRecords(runsFolder('results/quick'))
    .filter(isCompleted)
    .filter(({ config }) => config.purpose === 'final');
  if (like === undefined) throw new Error('results/quick has no completed final record');
  const study = readStudy();
  const runs = runsFolder(into);
  makeFolder(runs);
  const finals = expand(study).finals.map(({ candidates: [{ config }] }) => config);
  for (const made of MADE_TASKS) {
    for (const { method, seed, predictions, value } of madeRuns(made)) {
      const config = finals.find(
        (each) => each.task.id === made.task && each.seed === seed && each.method.label === `method-${method}`,
      );
      const optionsSchema = study.methods[method]?.optionsSchema;
      if (config === undefined || optionsSchema === undefined) throw new Error('a run that the study has not');
      const all = { [made.measure]: value };
      const sets = ['validation'];
      const hashes = { modelSha256: like.model.sha256, datasetSha256: like.dataset.sha256 };
      const record: CompletedRecord = {
        ...like,
        ...{
          id: runId({ config, optionsSchema, ...hashes, semantics: TRAINING_SEMANTICS }),
          config,
          seed,
          search: null,
        },
        code: { ...like.code, semantics: TRAINING_SEMANTICS },
        dataset: {
          ...like.dataset,
          task: made.task,
          evaluation: { read: MADE_EXAMPLES, scored: [{ set: 'validation', examples: MADE_EXAMPLES }] },
        },
        metrics: { primary: { name: made.measure, value }, all, scoring: { overall: 'first', groups: {} } },
        asked: like.asked?.slice(0, 1).map((each) => ({ ...each, set: 'validation' })) ?? null,
        collapsed: collapseOverSets(predictions, sets, made.measure, 'first'),
        evaluations: [{ step: like.losses.length, metrics: all }],
        attestation: { ...like.attestation, predictionsSha256: sha256(predictionLines(predictions)) },
      };
      const file = join(runs, `${record.id}.json`);
      writeFileSync(predictionsFileOf(file), predictionLines(predictions));
      writeFileSync(file, recordText(record, file));
    }
  }
}

// `peftbench rescore STUDY --metric NAME`: another metric from the predictions that are there, without a model.
import { extname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { InputError } from '../../contracts/input-error.ts';
import { SCORE_NAMES } from '../../metrics/defined-for.ts';
import type { ScoreName } from '../../metrics/score-predictions.ts';
import { runsFolder } from '../../records/store.ts';
import { writeWhole } from '../../records/write-whole.ts';
import { alignedTable } from '../../report/markdown.ts';
import type { Figure } from '../../stats/summary.ts';
import { readStudy } from '../../study/read.ts';
import { parseOnly } from '../only.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import { type Output, writeLine } from '../output.ts';
import { requireWritable } from '../require-writable.ts';
import { type RescoredRow, requireDefined, rescoreRuns } from '../rescore-study.ts';
import type { Services } from '../services.ts';
import { trustedRecords } from '../trusted-records.ts';

interface RescoreOptions extends SourceOptions {
  readonly metric: ScoreName;
  readonly only: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function addRescore(program: Command, services: Services, output: Output): void {
  const command = program
    .command('rescore')
    .description('another metric of a study from its predictions, over seeds; needs no model and runs nothing')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .addOption(new Option('--metric <name>', 'what to compute').choices(SCORE_NAMES).makeOptionMandatory())
    .option('--only <key=value,...>', 'of some runs only: keys method, task, seed, model', collected, [])
    .option('--out <file>', 'write the rows there: .csv, or .json', tableFile)
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action((path: string, options: RescoreOptions) => rescore(path, options, services, output));
}

/** @throws InputError for a metric that is not defined for a task, or records that contradict themselves; WriteError */
async function rescore(path: string, options: RescoreOptions, services: Services, output: Output): Promise<void> {
  const { metric, only, out } = options;
  const { study, directory } = readStudy(path, await services.catalogue());
  const isWanted = parseOnly(only, study);
  const folder = runsFolder(directory);
  const { finals } = await trustedRecords(study, directory, async (config) =>
    services.identifyRun(config, { ...(await sourcesOf(options, services)), studyFolder: directory }),
  );
  const wanted = finals.filter(({ config }) => isWanted(config));
  const taskIds = [...new Set(wanted.map(({ config }) => config.task.id))];
  requireDefined(metric, taskIds, await services.tasks());
  const rows = rescoreRuns(wanted, metric, folder);
  if (rows.length === 0) {
    throw new InputError(`${folder}: no completed final run of this study; expected some, made by \`run\``);
  }
  if (out !== undefined) {
    requireWritable(out);
    writeWhole(out, extname(out) === '.csv' ? csvOf(rows) : jsonOf(study.name, rows));
    writeLine(output.stderr, `wrote ${out}`);
  }
  output.print(options.json ? jsonOf(study.name, rows) : `${tableOf(rows)}\n`);
}

function tableOf(rows: readonly RescoredRow[]): string {
  const header = ['model', 'task', 'method', rows[0]?.metric ?? '', 'seeds'];
  const body = rows.map(({ model, task, label, mean, deviation, runs }) => [
    ...[model, task, label],
    mean.value === null ? `— ${mean.reason}` : spread(mean.value, deviation),
    runs.map(({ seed }) => seed).join(', '),
  ]);
  return alignedTable(header, body, 3);
}

function spread(mean: number, deviation: Figure): string {
  return `${mean.toFixed(4)}${deviation.value === null ? '' : ` ± ${deviation.value.toFixed(4)}`}`;
}

function jsonOf(study: string, rows: readonly RescoredRow[]): string {
  return `${JSON.stringify({ study, rows }, null, 2)}\n`;
}

/** A line a row; one more column a seed would differ from study to study. */
function csvOf(rows: readonly RescoredRow[]): string {
  const lines = rows.map(({ model, task, label, metric, mean, deviation, runs }) => ({
    ...{ model, method: label, task, metric, mean: mean.value, deviation: deviation.value, completed: runs.length },
    note: [...new Set([mean.reason, deviation.reason])].filter((reason) => reason !== null).join('; '),
  }));
  return stringify(lines, {
    header: true,
    columns: ['model', 'method', 'task', 'metric', 'mean', 'deviation', 'completed', 'note'],
  });
}

function tableFile(path: string): string {
  if (['.csv', '.json'].includes(extname(path))) return path;
  throw new InvalidArgumentError('expected a name that ends in .csv or .json');
}

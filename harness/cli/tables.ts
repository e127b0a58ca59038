// A study's tables on stdout, as Markdown or as one JSON document.
import type { RunRecord } from '../records/schema.ts';
import { type Axes, aggregate, type Summary } from '../report/aggregate.ts';
import { markdownTables } from '../report/markdown.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { StudyRecords } from '../study/select.ts';
import { type Cli, writeJson } from './cli.ts';

export function summaryOf(study: CheckedStudy, records: StudyRecords): Summary {
  const axes: Axes = {
    models: study.models,
    labels: study.methods.map(({ label }) => label),
    tasks: study.tasks.map(({ task }) => task),
    seeds: study.seeds,
  };
  return aggregate(records.finals, axes);
}

/** Prints the tables; `extra` goes into the JSON document. */
export function printTables(
  cli: Cli,
  study: CheckedStudy,
  records: StudyRecords,
  { json, ...extra }: { json: boolean } & Readonly<Record<string, unknown>>,
): void {
  const summary = summaryOf(study, records);
  if (!json) {
    cli.stdout.write(markdownTables(study.name, summary));
    return;
  }
  const runs = [...records.trials, ...records.finals].map(runOf);
  writeJson(cli, { study: study.name, rows: summary.rows, averages: summary.averages, runs, ...extra });
}

function runOf(record: RunRecord): object {
  const { config, id, status, error } = record;
  return {
    id,
    status,
    purpose: config.purpose,
    model: config.model,
    method: config.method.label,
    task: config.task.id,
    seed: config.seed,
    learningRate: config.method.learningRate,
    primary: status === 'completed' ? record.metrics.primary : null,
    error: error?.message ?? null,
  };
}

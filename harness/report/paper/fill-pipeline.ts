// The pipeline of a boosting method, drawn from one of its runs: what each booster was put on, and the norm of its merge.
import { isCompleted } from '../../records/is-completed.ts';
import { untold } from '../../records/migrate.ts';
import type { CompletedRecord, Merge } from '../../records/schema.ts';
import type { PipelineChart } from '../figures/chart.ts';
import { elsewhereCommand, rowCommand } from './cell.ts';
import { type PaperEvidence, type RunsKey, runsOf } from './evidence.ts';
import { rowsOf } from './rows.ts';
import type { PipelineTemplate } from './schema.ts';

/** Of the first run, in the order of the study's models, methods, tasks and seeds, that says what it merged. */
export function fillPipeline(template: PipelineTemplate, evidence: PaperEvidence): PipelineChart {
  const runs = rowsOfRuns(template, evidence)
    .flatMap((row) => runsOf(evidence, row).toSorted((a, b) => a.seed - b.seed))
    .filter(isCompleted);
  const run = runs.find(({ merges }) => merges !== null && merges.length > 0);
  const chart = { kind: 'pipeline', name: `paper-${template.name}` } as const;
  const { title, caption } = template;
  if (run === undefined) {
    const notes = [whyNone(runs[0], template, evidence)];
    return { ...chart, title, caption, layers: 0, boosters: [], notes };
  }
  return {
    ...chart,
    title: `${title}: ${titleOf(run)}`,
    caption: `${caption} Record ${run.id}.`,
    layers: layersOf(run.config.model, evidence),
    boosters: boostersOf(run.merges ?? []),
    notes: [],
  };
}

function rowsOfRuns({ methods }: PipelineTemplate, evidence: PaperEvidence): RunsKey[] {
  const rows = rowsOf({ ...(methods && { methods }), perTask: true }, evidence);
  return rows.flatMap(({ model, label, task }) => (task === null ? [] : [{ model, label, task }]));
}

/** @param first a run that is there all the same */
function whyNone(first: CompletedRecord | undefined, template: PipelineTemplate, evidence: PaperEvidence): string {
  const [row] = rowsOfRuns(template, evidence);
  const command =
    row === undefined
      ? elsewhereCommand(template.study, [])
      : rowCommand(evidence, { model: row.model, label: row.label, tasks: [row.task] });
  const why = first === undefined ? 'not run' : `of what was merged ${untold(first)}`;
  return command === null ? why : `${why}: \`${command}${first === undefined ? '' : ' --rerun'}\``;
}

/** A record has no such count: up to the highest layer that any run on the model changed. */
function layersOf(model: string, { records }: PaperEvidence): number {
  const merges = records
    .filter(isCompleted)
    .flatMap(({ config, merges }) => (config.model === model ? (merges ?? []) : []));
  return merges.reduce((most, { layers }) => Math.max(most, ...layers.map((layer) => layer + 1)), 0);
}

function boostersOf(merges: readonly Merge[]): PipelineChart['boosters'] {
  return merges.map(({ step, layers, norm }, index) => ({
    layers,
    from: merges[index - 1]?.step ?? 0,
    to: step,
    norm,
  }));
}

function titleOf({ config: { model, method, task, seed } }: CompletedRecord): string {
  return `${method.label} on ${task.id}, ${model}, seed ${seed}`;
}

// The pipeline of a boosting method, drawn from one of its runs: what each booster was put on, and the norm of its merge.
import { isCompleted } from '../../records/is-completed.ts';
import { untold } from '../../records/migrate.ts';
import type { CompletedRecord, Merge } from '../../records/schema.ts';
import type { PipelineChart } from '../figures/chart.ts';
import { elsewhereCommand } from './cell.ts';
import { runCommand } from './command.ts';
import { type PaperEvidence, runsOf } from './evidence.ts';
import { rowsOf } from './rows.ts';
import type { PipelineTemplate } from './schema.ts';

/** Of the first run, in the order of the study's models, methods, tasks and seeds, that says what it merged. */
export function fillPipeline(template: PipelineTemplate, evidence: PaperEvidence): PipelineChart {
  const { methods, study: elsewhere } = template;
  const rows = rowsOf({ ...(methods && { methods }), perTask: true }, evidence);
  const runs = rows
    .flatMap((row) => runsOf(evidence, { ...row, task: row.task ?? '' }).toSorted((a, b) => a.seed - b.seed))
    .filter(isCompleted);
  const run = runs.find(({ merges }) => merges !== null && merges.length > 0);
  const layers = run === undefined ? 0 : layersOf(run.config.model, evidence);
  return {
    kind: 'pipeline',
    name: `paper-${template.name}`,
    title: run === undefined ? template.title : `${template.title}: ${titleOf(run)}`,
    caption: run === undefined ? template.caption : `${template.caption} Record ${run.id}.`,
    layers,
    boosters: boostersOf(run?.merges ?? []),
    notes: run === undefined ? [whyNone()] : [],
  };

  function whyNone(): string {
    const [first, row] = [runs[0], rows[0]];
    const command =
      row === undefined ? elsewhereCommand(elsewhere, []) : runCommand(evidence, { ...row, tasks: [row.task ?? ''] });
    const again = command === null ? '' : `: \`${command}${first === undefined ? '' : ' --rerun'}\``;
    return `${first === undefined ? 'not run' : `of what was merged ${untold(first)}`}${again}`;
  }
}

/** A record has no such count: up to the highest layer that any run on the model changed. */
function layersOf(model: string, { records }: PaperEvidence): number {
  const merges = records.filter(isCompleted).flatMap(({ config, merges }) => (config.model === model ? (merges ?? []) : []));
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

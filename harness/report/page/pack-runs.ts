// Every run as a page's script reads it. Losses and merges are thinned by how many runs there are; the records have all.
import { isCompleted } from '../../records/is-completed.ts';
import type { Merge, RunRecord } from '../../records/schema.ts';
import { evenly } from './evenly.ts';
import { packSection } from './pack-section.ts';
import type { PackedMerge, PackedRun, PackedSection } from './payload.ts';
import { RECORD_SECTIONS } from './record-sections.ts';
import { rounded } from './rounded.ts';

/** Of all runs together. */
const MOST_LOSSES = 14_000;
const MOST_MERGES = 2_000;
/** Of a run, whatever the others have. */
const FEWEST = 12;
const LOSS_DIGITS = 4;
const VALUE_DIGITS = 9;

export interface PackedRuns {
  readonly sections: readonly PackedSection[];
  readonly runs: readonly PackedRun[];
  /** What was left out, a sentence each. */
  readonly leftOut: readonly string[];
}

/** What a run has beside its record. */
export interface RunContext {
  /** Place of the command that reproduces it. */
  commandOf(record: RunRecord): number;
  /** Findings of the audit that concern its row. */
  findingsOf(record: RunRecord): readonly number[];
}

export function packRuns(records: readonly RunRecord[], context: RunContext): PackedRuns {
  const sections = RECORD_SECTIONS.map(({ title, of }) => packSection(title, records.map(of)));
  const losses = shareOf(
    MOST_LOSSES,
    records.map((record) => record.losses.length),
  );
  const merges = shareOf(
    MOST_MERGES,
    records.map((record) => mergesOf(record).length),
  );
  const runs = records.map((record, index): PackedRun => {
    const { id, config, seed, status, error } = record;
    const result = isCompleted(record) ? record.metrics.primary : null;
    const value = result?.value ?? null;
    return {
      ...{ id, model: config.model, label: config.method.label, task: config.task.id, seed, status },
      isFinal: config.purpose === 'final',
      metric: result?.name ?? null,
      value: value === null ? null : rounded(value, VALUE_DIGITS),
      error: error === null ? null : errorText(error),
      command: context.commandOf(record),
      sections: sections.map(({ places }) => places[index] ?? null),
      ...thinnedLosses(record.losses, losses),
      merges: evenly(mergesOf(record), merges).map(packMerge),
      mergeCount: mergesOf(record).length,
      findings: context.findingsOf(record),
    };
  });
  const thinned = [
    ...(runs.some(({ stepsPerLoss }) => stepsPerLoss > 1)
      ? [`Loss lines of long runs are drawn from means of several steps, at most ${losses} points per run.`]
      : []),
    ...(runs.some((run) => run.mergeCount > run.merges.length)
      ? [`Of runs with more than ${merges} merges, ${merges} are listed, evenly spread.`]
      : []),
  ];
  return { sections: sections.map(({ section }) => section), runs, leftOut: thinned };
}

/** How many each may have, so that all together have no more than `most`: those that have few leave room to the others. */
function shareOf(most: number, counts: readonly number[]): number {
  const rising = counts.filter((count) => count > 0).toSorted((a, b) => a - b);
  let left = most;
  for (const [index, count] of rising.entries()) {
    const share = Math.floor(left / (rising.length - index));
    if (count > share) return Math.max(FEWEST, share);
    left -= count;
  }
  return Math.max(FEWEST, rising.at(-1) ?? 0);
}

function thinnedLosses(losses: readonly number[], most: number): Pick<PackedRun, 'losses' | 'stepsPerLoss' | 'steps'> {
  const stepsPerLoss = Math.max(1, Math.ceil(losses.length / most));
  const means = Array.from({ length: Math.ceil(losses.length / stepsPerLoss) }, (_, index) => {
    const part = losses.slice(index * stepsPerLoss, (index + 1) * stepsPerLoss);
    return rounded(part.reduce((sum, loss) => sum + loss, 0) / part.length, LOSS_DIGITS);
  });
  return { losses: means, stepsPerLoss, steps: losses.length };
}

function mergesOf(record: RunRecord): readonly Merge[] {
  return isCompleted(record) ? (record.merges ?? []) : [];
}

function packMerge({ step, layers, norm, logits, freshOptimizer }: Merge): PackedMerge {
  const change = logits === null ? null : rounded(logits, LOSS_DIGITS);
  return [step, layers, rounded(norm, LOSS_DIGITS), change, freshOptimizer];
}

function errorText({ message, step }: NonNullable<RunRecord['error']>): string {
  return step === null ? message : `${message} (step ${step})`;
}

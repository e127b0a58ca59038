// From a study to run configurations: models x methods x tasks x seeds, and the trials of the learning-rate search.
import { type RunConfig, type Training, TrainingSchema } from '../contracts/run-config.ts';
import { checkWithDefaults } from '../contracts/validate.ts';
import type { RunRecord } from '../records/schema.ts';
import { bestTrial, primaryValue } from '../records/search-choice.ts';
import type { CheckedMethod, CheckedStudy } from './read.ts';
import type { TaskEntry } from './schema.ts';

/** A final run that may wait for its learning rate. */
export interface PendingFinal {
  /** One candidate where the study gives the rate; where it is searched, one for each rate, with the trial that scores it. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
}

export interface Candidate {
  readonly config: RunConfig;
  /** The same object for every seed: a trial serves all final runs of its model, method and task. */
  readonly trial: RunConfig | null;
}

/** The trials that a final run waits for. */
export function trialsOf({ candidates }: PendingFinal): RunConfig[] {
  return candidates.flatMap(({ trial }) => trial ?? []);
}

export interface Expansion {
  readonly trials: readonly RunConfig[];
  readonly finals: readonly PendingFinal[];
}

/** A final run whose learning rate is settled. */
export interface ResolvedFinal {
  readonly config: RunConfig;
  /** The trials it was chosen from, for its record; null where nothing was searched. */
  readonly search: RunRecord['search'];
}

/** A searched final run for which no trial has a score: it cannot run. The message is one line. */
export class UnresolvedFinal extends Error {
  override readonly name = 'UnresolvedFinal';
}

/** Every run of a study, in the order of its lists. Trials come once a model, method, task and candidate. */
export function expand(study: CheckedStudy): Expansion {
  const trials: RunConfig[] = [];
  const finals: PendingFinal[] = [];
  for (const model of study.models) {
    for (const method of study.methods) {
      for (const task of study.tasks) {
        const searched = typeof method.learningRate !== 'number';
        const rates = typeof method.learningRate === 'number' ? [method.learningRate] : method.learningRate;
        const ofRates = rates.map((rate) => (searched ? trialOf(study, model, method, task, rate) : null));
        trials.push(...ofRates.filter((trial) => trial !== null));
        for (const seed of study.seeds) {
          const [first, ...rest] = rates.map((rate, index) => ({
            config: finalOf(study, model, method, task, rate, seed),
            trial: ofRates[index] ?? null,
          }));
          if (first !== undefined) finals.push({ candidates: [first, ...rest] });
        }
      }
    }
  }
  return { trials, finals };
}

/**
 * Settles the learning rate by the trials' records: the highest primary metric, of equals the smaller rate. A trial that
 * failed or diverged, or whose metric is undefined, counts as the worst.
 * @throws UnresolvedFinal if no trial has a score
 */
export function resolveFinal(pending: PendingFinal, records: ReadonlyMap<RunConfig, RunRecord>): ResolvedFinal {
  const [first] = pending.candidates;
  if (first.trial === null) return { config: first.config, search: null };
  const scored = pending.candidates.map(({ config, trial }) => {
    const record = trial === null ? undefined : records.get(trial);
    if (record === undefined) throw new Error(`no record of the trial at learning rate ${config.method.learningRate}`);
    return { config, record, learningRate: config.method.learningRate, value: primaryValue(record) };
  });
  const search = scored.map(({ record: { id }, learningRate, value }) => ({ id, learningRate, value }));
  const best = bestTrial(scored);
  if (best === undefined) {
    const { method, task, seed } = first.config;
    const outcomes = scored.map(({ learningRate, record }) => `${learningRate} ${outcomeOf(record)}`).join('; ');
    throw new UnresolvedFinal(
      `${method.label}, ${task.id}, seed ${seed} cannot run: no trial has a score (${outcomes})`,
    );
  }
  return { config: best.config, search };
}

/** The same; undefined where no trial has a score. */
export function resolveIfScored(
  pending: PendingFinal,
  records: ReadonlyMap<RunConfig, RunRecord>,
): ResolvedFinal | undefined {
  try {
    return resolveFinal(pending, records);
  } catch (error) {
    if (error instanceof UnresolvedFinal) return undefined;
    throw error;
  }
}

function outcomeOf(record: RunRecord): string {
  return record.status === 'completed' ? 'has an undefined metric' : `${record.status}: ${record.error.message}`;
}

function finalOf(
  study: CheckedStudy,
  model: string,
  method: CheckedMethod,
  task: TaskEntry,
  learningRate: number,
  seed: number,
): RunConfig {
  return {
    purpose: 'final',
    model,
    method: methodAt(method, learningRate),
    task: {
      id: task.task,
      limitTrain: task.limitTrain ?? null,
      limitEval: task.limitEval ?? null,
      holdout: null,
      ...scoring(task),
    },
    training: trainingOf(study.training, task.training, method.training),
    seed,
  };
}

function trialOf(
  study: CheckedStudy,
  model: string,
  method: CheckedMethod,
  task: TaskEntry,
  learningRate: number,
): RunConfig {
  const { search } = study;
  if (search === undefined) throw new Error('a list of learning rates without a search');
  return {
    purpose: 'search',
    model,
    method: methodAt(method, learningRate),
    task: {
      id: task.task,
      limitTrain: search.limitTrain ?? task.limitTrain ?? null,
      // Trials are scored on held-out training examples: the evaluation sets play no part.
      limitEval: null,
      holdout: search.holdout,
      ...scoring(task),
    },
    training: trainingOf(study.training, task.training, method.training, search.training),
    seed: search.seed,
  };
}

function scoring({ trainOn, protocol, shots = 0, beams = 1 }: TaskEntry) {
  return { trainOn: trainOn ?? null, protocol: protocol ?? null, shots, beams };
}

function methodAt(method: CheckedMethod, learningRate: number): RunConfig['method'] {
  return {
    label: method.label,
    name: method.method,
    options: method.options,
    learningRate,
    headLearningRate: method.headLearningRate ?? learningRate,
  };
}

/** Defaults, then each layer over the ones before. */
function trainingOf(...layers: readonly (Partial<Training> | undefined)[]): Training {
  const merged: Partial<Training> = {};
  for (const layer of layers) Object.assign(merged, layer);
  return checkWithDefaults(TrainingSchema, merged, { file: 'study.json', at: 'training' });
}

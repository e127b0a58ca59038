// From a study to run configurations: models x methods x tasks x seeds, and the trials of its search.
import type { RunConfig, Training } from '../contracts/run-config.ts';
import type { CheckedMethod, CheckedStudy } from './checked.ts';
import type { Search, TaskEntry } from './schema.ts';
import { type Budget, budgetOf, rungsOf, seedsOf } from './search/budget.ts';
import type { Rung } from './search/rungs.ts';
import { settingsOf } from './search/settings.ts';
import { optionsAt, type Values } from './search/space.ts';
import { trainingOf } from './training.ts';

/** A final run that may wait for its setting. */
export interface PendingFinal {
  /** One candidate where nothing is searched; else one for each setting, with the trials that score it. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** How many of them are tried on each rung; none where nothing is searched. */
  readonly counts: readonly number[];
}

export interface Candidate {
  readonly config: RunConfig;
  /** What is searched, at this setting. */
  readonly values: Values;
  /**
   * By rung, a trial for each seed of the search. The same objects for every seed of the study: a trial serves all final
   * runs of its model, method and task.
   */
  readonly rungs: readonly (readonly RunConfig[])[];
}

/** The trials that a final run may wait for. */
export function trialsOf({ candidates }: PendingFinal): RunConfig[] {
  return candidates.flatMap(({ rungs }) => rungs.flat());
}

export interface Expansion {
  readonly trials: readonly RunConfig[];
  readonly finals: readonly PendingFinal[];
  readonly searches: readonly RowSearch[];
}

/** The search of a method on a task. */
export interface RowSearch {
  readonly model: string;
  readonly label: string;
  readonly task: string;
  readonly rungs: readonly Rung[];
  /** Trials of a setting. */
  readonly seeds: number;
  readonly budget: Budget;
}

/** Every run of a study, in the order of its lists. Trials come once a model, method, task and setting. */
export function expand(study: CheckedStudy): Expansion {
  const trials: RunConfig[] = [];
  const finals: PendingFinal[] = [];
  const searches: RowSearch[] = [];
  for (const model of study.models) {
    for (const method of study.methods) {
      for (const task of study.tasks) {
        const row = { study, model, method, task };
        const { settings, search } = searchOf(row);
        const counts = search === undefined ? [] : search.rungs.map((rung) => rung.settings);
        if (search !== undefined) searches.push(search);
        trials.push(...settings.flatMap(({ rungs }) => rungs.flat()));
        const training = trainingOf(study.training, task.training, method.training);
        for (const seed of study.seeds) {
          const [first, ...rest] = settings.map((setting) => ({
            config: finalOf(row, setting.values, training, seed),
            ...setting,
          }));
          if (first !== undefined) finals.push({ candidates: [first, ...rest], counts });
        }
      }
    }
  }
  return { trials, finals, searches };
}

/** A row of the tables on a task. */
interface StudyRow {
  readonly study: CheckedStudy;
  readonly model: string;
  readonly method: CheckedMethod;
  readonly task: TaskEntry;
}

/** One setting, without trials, where nothing is searched. */
function searchOf(row: StudyRow): {
  readonly settings: readonly Omit<Candidate, 'config'>[];
  readonly search: RowSearch | undefined;
} {
  const { study, model, method, task } = row;
  const { search } = study;
  if (method.space.length === 0) return { settings: [{ values: {}, rungs: [] }], search: undefined };
  if (search === undefined) throw new Error('a space without a search');
  const settings = settingsOf(method, search);
  const rungs = rungsOf(search, task, settings.length);
  const seeds = seedsOf(search);
  const training = trainingOf(study.training, task.training, method.training, search.training);
  const trials = (values: Values, rung: Rung) =>
    seeds.map((seed) => trialOf(row, search, values, training, rung, seed));
  return {
    settings: settings.map((values) => ({ values, rungs: rungs.map((rung) => trials(values, rung)) })),
    search: {
      ...{ model, label: method.label, task: task.task, rungs, seeds: seeds.length },
      budget: budgetOf(rungs, seeds.length, training),
    },
  };
}

function finalOf({ model, method, task }: StudyRow, values: Values, training: Training, seed: number): RunConfig {
  return {
    purpose: 'final',
    model,
    method: methodAt(method, values),
    task: {
      id: task.task,
      limitTrain: task.limitTrain ?? null,
      limitEval: task.limitEval ?? null,
      holdout: null,
      ...scoring(task),
    },
    training,
    seed,
  };
}

function trialOf(
  { model, method, task }: StudyRow,
  { holdout }: Search,
  values: Values,
  training: Training,
  { limitTrain }: Rung,
  seed: number,
): RunConfig {
  return {
    purpose: 'search',
    model,
    method: methodAt(method, values),
    task: {
      id: task.task,
      limitTrain,
      // Trials are scored on held-out training examples: the evaluation sets play no part.
      limitEval: null,
      holdout,
      ...scoring(task),
    },
    training,
    seed,
  };
}

function scoring({ trainOn, protocol, shots = 0, beams = 1 }: TaskEntry) {
  return { trainOn: trainOn ?? null, protocol: protocol ?? null, shots, beams };
}

/** The head's rate is the method's where neither the study nor the search says another. */
function methodAt(method: CheckedMethod, values: Values): RunConfig['method'] {
  const learningRate = numberOf(values.learningRate) ?? method.learningRate;
  if (learningRate === undefined) throw new Error(`${method.label} has no learning rate`);
  return {
    label: method.label,
    name: method.method,
    options: optionsAt(method.options, values),
    learningRate,
    headLearningRate: numberOf(values.headLearningRate) ?? method.headLearningRate ?? learningRate,
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

// What a search costs: each method gets the same number of trials and sees the same examples, or the study says otherwise.
import type { Training } from '../../contracts/run-config.ts';
import { type Faults, InputError } from '../../contracts/input-error.ts';
import { shown } from '../../contracts/validate.ts';
import type { CheckedMethod } from '../checked.ts';
import { LONGEST_LIST, type MethodEntry, type Search, type Study, type TaskEntry } from '../schema.ts';
import { trainingOf } from '../training.ts';
import { halvingRungs, type Rung, singleRung } from './rungs.ts';
import { settingsOf, sizeOf } from './settings.ts';
import { isList } from './space.ts';

/** The halving of a search that does not say by how much. */
const DEFAULT_ETA = 2;

/** The rungs of a method's search on a task, of so many settings. */
export function rungsOf(search: Search, { limitTrain }: TaskEntry, settings: number): Rung[] {
  const limit = search.limitTrain ?? limitTrain ?? null;
  if (search.strategy !== 'halving') return singleRung(settings, limit);
  if (limit === null) throw new Error('a halving without a number of examples was not refused');
  return halvingRungs(settings, limit, search.eta ?? DEFAULT_ETA);
}

/** The seeds of a setting's trials. */
export function seedsOf({ seed, seeds }: Search): readonly number[] {
  return seeds ?? [seed];
}

/** A searched method as it is written and as it was read. */
export interface Searched {
  readonly entry: MethodEntry;
  readonly method: CheckedMethod;
  /** Its place in the study. */
  readonly index: number;
}

/** Adds what is wrong with a study's search, and with what methods leave to it, to the faults. */
export function checkSearch(study: Study, searched: readonly Searched[], file: string, faults: Faults): void {
  const refuse = (key: string, fault: string): void => faults.add(new InputError(`${file}: ${key}: ${fault}`));
  const { search } = study;
  const [first] = searched;
  if (first === undefined) {
    if (search !== undefined) {
      refuse('search', `${shown(search)}; expected a method with a list of learning rates, or with a space`);
    }
    return;
  }
  if (search === undefined) {
    const what = Array.isArray(first.entry.learningRate) ? 'a list' : 'a search';
    refuse('search', `missing; expected {"seed", "holdout"}, as ${keyOf(first)} is ${what}, ${shownSpace(first)}`);
    return;
  }
  if (!checkStrategy(search, searched, refuse)) return;
  checkCounts(search, searched, refuse);
  const tasks = study.tasks.map((task) => (typeof task === 'string' ? { task } : task));
  if (search.unequal !== true) checkSeen(study, search, searched, tasks, refuse);
  if (search.strategy === 'halving') checkRungs(search, searched, tasks, refuse);
}

type Refuse = (key: string, fault: string) => void;

/** Whether the settings of the search can be told. */
function checkStrategy(search: Search, searched: readonly Searched[], refuse: Refuse): boolean {
  const { strategy = 'grid', trials, eta } = search;
  if (eta !== undefined && strategy !== 'halving') {
    refuse('search.eta', `${eta}; expected none, as the strategy is "${strategy}"`);
  }
  if (strategy !== 'grid') {
    if (trials === undefined)
      refuse('search.trials', `missing; expected an integer from 2, as the strategy is "${strategy}"`);
    return trials !== undefined;
  }
  let isKnown = true;
  for (const { method, index } of searched) {
    for (const dimension of method.space.filter((each) => !isList(each))) {
      const { key: _, isWhole: _whole, ...range } = { isWhole: false, ...dimension };
      refuse(`methods[${index}].space.${dimension.key}`, `${shown(range)}; expected a list, as the strategy is "grid"`);
      isKnown = false;
    }
    const size = sizeOf(method.space);
    if (size <= LONGEST_LIST) continue;
    refuse(`methods[${index}].space`, `a grid of ${size} settings; expected ${LONGEST_LIST} at most`);
    isKnown = false;
  }
  return isKnown;
}

const OR_UNEQUAL = 'or "unequal": true in search';

/** As many settings for each method as the search says, or as the first has. */
function checkCounts(search: Search, searched: readonly Searched[], refuse: Refuse): void {
  const { strategy = 'grid', trials, unequal } = search;
  const counts = searched.map((each) => ({ each, count: settingsOf(each.method, search).length }));
  const [first] = counts;
  for (const { each, count } of counts) {
    const wanted = trials ?? first?.count;
    if (count === wanted || unequal === true) continue;
    const budget =
      trials === undefined && first !== undefined
        ? `${first.count} candidates as in ${keyOf(first.each)} (the same budget for each method)`
        : `${trials} settings as search.trials says, but it has ${count}${strategy === 'grid' ? '' : ' at most'}`;
    refuse(keyOf(each), `${shownSpace(each)}; expected ${budget}, ${OR_UNEQUAL}`);
  }
}

/** Passes over the examples decide how many are seen, and the size of a batch where a pass is cut. */
function checkSeen(
  study: Study,
  search: Search,
  searched: readonly Searched[],
  tasks: readonly TaskEntry[],
  refuse: Refuse,
): void {
  const told = new Set<number>();
  for (const task of tasks) {
    const [first, ...others] = searched.map((each) => ({
      index: each.index,
      training: trainingOf(study.training, task.training, each.method.training, search.training),
    }));
    for (const { index, training } of others) {
      const key = first && differenceInSeen(first.training, training);
      if (first === undefined || key === undefined || told.has(index)) continue;
      told.add(index);
      const expected = `${first.training[key]} as of methods[${first.index}] (trials see the same examples for each method)`;
      refuse(`methods[${index}].training.${key}`, `${training[key]}; expected ${expected}, ${OR_UNEQUAL}`);
    }
  }
}

function differenceInSeen(one: Training, other: Training): 'epochs' | 'batchSize' | 'selectionHoldout' | undefined {
  if (one.epochs !== other.epochs) return 'epochs';
  if ((one.selectionHoldout ?? 0) !== (other.selectionHoldout ?? 0)) return 'selectionHoldout';
  return !Number.isInteger(one.epochs) && one.batchSize !== other.batchSize ? 'batchSize' : undefined;
}

function checkRungs(search: Search, searched: readonly Searched[], tasks: readonly TaskEntry[], refuse: Refuse): void {
  const most = Math.max(...searched.map(({ method }) => settingsOf(method, search).length));
  for (const [index, task] of tasks.entries()) {
    const limit = search.limitTrain ?? task.limitTrain;
    const key = search.limitTrain === undefined ? `tasks[${index}].limitTrain` : 'search.limitTrain';
    if (limit === undefined) {
      refuse(key, 'missing; expected it, or search.limitTrain, as the strategy is "halving"');
      continue;
    }
    const rungs = rungsOf(search, task, most);
    const least = (search.eta ?? DEFAULT_ETA) ** (rungs.length - 1);
    if (limit < least)
      refuse(key, `${limit}; expected ${least} or more, as ${most} settings are halved ${rungs.length - 1} times`);
  }
}

function keyOf({ entry, index }: Searched): string {
  return `methods[${index}].${Array.isArray(entry.learningRate) ? 'learningRate' : 'space'}`;
}

function shownSpace({ entry }: Searched): string {
  return shown(entry.space ?? entry.learningRate);
}

/** What a method's trials on a task take together. */
export interface Budget {
  readonly trials: number;
  /** Training examples seen in all of them; null where trials train on all that there are. */
  readonly examples: number | null;
}

export function budgetOf(rungs: readonly Rung[], seeds: number, { epochs }: Training): Budget {
  const each = rungs.map(({ settings, limitTrain }) => ({
    trials: settings * seeds,
    examples: limitTrain === null ? null : settings * seeds * Math.round(epochs * limitTrain),
  }));
  const trials = each.reduce((sum, rung) => sum + rung.trials, 0);
  const examples = each.reduce<number | null>(
    (sum, rung) => (sum === null || rung.examples === null ? null : sum + rung.examples),
    0,
  );
  return { trials, examples };
}

// Whether a run's configuration makes sense for its method, model and data: what its schema cannot say.
import type { ChoiceData, ChoiceExample, TaskData } from '../contracts/dataset.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import type { Method } from '../contracts/method.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { PROTOCOLS, type RunConfig } from '../contracts/run-config.ts';
import { shown } from '../contracts/validate.ts';
import { checkPrecision } from '../models/count.ts';
import { longestSequence } from '../models/spec.ts';
import { countSteps } from '../training/order.ts';
import { countDrawn, countTrained } from '../training/splits.ts';

/** @param file the study's, as messages name it. @throws InputError naming all that does not fit */
export function checkRun(config: RunConfig, method: Method, spec: ModelSpec, data: TaskData, file: string): void {
  const faults = new Faults();
  const refuse: Refuse = (fault) => faults.add(new InputError(`${file}: ${fault}`));
  checkModel(config, method, spec, data.train.length, refuse);
  if (spec.family === 'decoder') checkDecoder(config, data, faults, refuse);
  else checkEncoder(config, refuse);
  checkCounts(config, data, refuse);
  checkSelection(config, data, refuse);
  faults.throw();
}

/**
 * What can be checked without data and weights.
 * @param examples of the training split
 * @param file the study's, as messages name it
 * @throws InputError naming all that does not fit
 */
export function checkOnModel(config: RunConfig, method: Method, spec: ModelSpec, examples: number, file: string): void {
  const faults = new Faults();
  checkModel(config, method, spec, examples, (fault) => faults.add(new InputError(`${file}: ${fault}`)));
  faults.throw();
}

type Refuse = (fault: string) => void;

function checkModel(config: RunConfig, method: Method, spec: ModelSpec, examples: number, refuse: Refuse): void {
  const { basePrecision: precision, batchSize, epochs, selection, maxLength } = config.training;
  const totalSteps = countSteps(countTrained(examples, config), batchSize, epochs);
  const wrong = method.check?.(config.method.options, spec, { precision, totalSteps, selection });
  if (wrong !== undefined) refuse(`method "${config.method.label}" on model "${config.model}": ${wrong}`);
  const unfit = checkPrecision(spec, precision);
  if (unfit !== undefined) refuse(`training.basePrecision on model "${config.model}": ${unfit}`);
  const longest = longestSequence(spec);
  if (maxLength > longest) {
    refuse(`training.maxLength is ${maxLength}, but ${config.model} reads at most ${longest} tokens`);
  }
}

function checkDecoder({ model, task, training }: RunConfig, data: TaskData, faults: Faults, refuse: Refuse): void {
  const { kind } = data;
  if (kind !== 'choice') {
    refuse(`${task.id}: asks for ${kind}; expected a task of choice for ${model}, a decoder`);
    return;
  }
  if (task.protocol === null) {
    refuse(`${task.id}: protocol: missing; expected ${PROTOCOLS.join(', ')}, as ${model} is a decoder`);
  } else if (task.beams > 1 && task.protocol !== 'generate') {
    refuse(`${task.id}: beams: ${task.beams}; expected 1, as the protocol ${task.protocol} generates nothing`);
  }
  const heldOut = Math.max(task.holdout ?? 0, training.selectionHoldout ?? 0);
  faults.of(() => checkShots(task.id, data, task.shots, heldOut));
}

/**
 * @param heldOut examples that a trial may take from those that are shown
 * @throws InputError where more solved examples are asked for than there are
 */
export function checkShots(task: string, { evaluation, train }: ChoiceData, shots: number, heldOut = 0): void {
  const countOf = (pool: readonly ChoiceExample[]) => Math.max(0, pool.length - heldOut);
  const short = evaluation.find((set) => countOf(set.shots ?? train) < shots);
  if (short === undefined) return;
  const there = countOf(short.shots ?? train);
  throw new InputError(`${task}: shots: ${shots}; expected at most ${there}, as ${short.name} has no more to show`);
}

function checkEncoder({ model, task, training }: RunConfig, refuse: Refuse): void {
  const given = [
    ['protocol', task.protocol, null],
    ['shots', task.shots, 0],
    ['beams', task.beams, 1],
    ['training.batching', training.batching, 'bucketed'],
    ['training.textForm', training.textForm, 'instruction'],
    ['training.lossOn', training.lossOn, 'response'],
  ] as const;
  for (const [key, value, usual] of given) {
    if (value === usual) continue;
    refuse(`${task.id}: ${key}: ${shown(value)}; expected ${shown(usual)}, as ${model} is an encoder`);
  }
}

function checkCounts({ task }: RunConfig, { train }: TaskData, refuse: Refuse): void {
  if (train.length === 0) {
    refuse(
      `${task.id}: there is no training split in the data, so nothing can be trained on it; "trainOn" names another task's, or a training set`,
    );
  } else if (task.holdout !== null && task.holdout >= train.length) {
    refuse(`${task.id}: holdout is ${task.holdout}, but there are only ${train.length} training examples`);
  }
}

/** What the selection holds out is a part of what is drawn to be trained on. */
function checkSelection({ task, training }: RunConfig, { train }: TaskData, refuse: Refuse): void {
  const { selection, selectionHoldout, selectionEvery } = training;
  if (selection === 'last') {
    for (const [key, value] of Object.entries({ selectionHoldout, selectionEvery })) {
      if (value !== null) refuse(`training.${key}: ${value}; expected null, as training.selection is "last"`);
    }
    return;
  }
  if (selectionHoldout === null) {
    refuse('training.selectionHoldout: null; expected a number of training examples, as training.selection is "best"');
    return;
  }
  const drawn = countDrawn(train.length, task);
  if (selectionHoldout < drawn) return;
  refuse(`${task.id}: training.selectionHoldout: ${selectionHoldout}; expected fewer than the ${drawn} examples drawn`);
}

// What a run's cost follows from: sizes and texts as they are here, or without weights and data as far as a configuration
// and publications tell.
import { methodByName } from '../../methods/index.ts';
import type { TaskData } from '../contracts/dataset.ts';
import { MissingInput } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { countScored, type PublishedSizes, publishedSizes } from '../cost/published-sizes.ts';
import type { CostInputs } from '../cost/run-cost.ts';
import { longestTexts, type TaskTexts } from '../cost/texts.ts';
import { readSizes } from '../models/read-sizes.ts';
import { longestSequence } from '../models/spec.ts';
import { outputsOf } from '../training/examples.ts';
import { countSteps } from '../training/order.ts';
import { sampleTexts } from '../training/sample-texts.ts';
import { countTrained } from '../training/splits.ts';
import { checkOnModel } from './check-run.ts';
import { openInputs, openTask } from './execute-run.ts';
import { type Sources, studyFileOf } from './run-context.ts';

/** @throws MissingInput where a model's sizes, or a task's number of examples, are not known; InputError for what will not do */
export async function costInputsOf(config: RunConfig, sources: Sources): Promise<CostInputs> {
  const opened = await ifThere(openInputs(config, sources));
  if (opened === undefined) return fromSizes(config, sources);
  const { model, method, data } = opened;
  const { spec, files } = model;
  const texts = sampledOnce(data, config, () => sampleTexts(data, config, { spec, tokenizer: files.tokenizer }));
  const outputs = spec.family === 'encoder' ? outputsOf(data) : null;
  const { batchSize, epochs } = config.training;
  const steps = countSteps(countTrained(data.train.length, config), batchSize, epochs);
  return { spec, method, config, outputs, texts, steps };
}

/** Methods read the same texts. */
const sampled = new WeakMap<TaskData, Map<string, TaskTexts>>();

function sampledOnce(data: TaskData, { model, task, training, seed }: RunConfig, sample: () => TaskTexts): TaskTexts {
  const { maxLength, textForm, lossOn, selectionHoldout } = training;
  const key = JSON.stringify([model, task, seed, maxLength, textForm, lossOn, selectionHoldout]);
  const known = sampled.get(data) ?? new Map<string, TaskTexts>();
  sampled.set(data, known);
  const texts = known.get(key) ?? sample();
  known.set(key, texts);
  return texts;
}

async function fromSizes(config: RunConfig, sources: Sources): Promise<CostInputs> {
  const method = methodByName(config.method.name);
  const { spec } = readSizes(config.model, sources.modelsDir, sources.studyFolder);
  const { train, ...sizes } = await taskSizes(config, sources);
  checkOnModel(config, method, spec, train, studyFileOf(sources));
  const { task, training } = config;
  const { family } = spec;
  const sequences = family === 'encoder' ? sizes.options : 1;
  const examples = countTrained(train, config);
  const scored = task.holdout ?? countScored(sizes, task.limitEval);
  // Solved examples are taken to be as long as what is learnt.
  const shared = Math.min(task.shots * training.maxLength, Math.max(0, longestSequence(spec) - training.maxLength));
  const texts: TaskTexts = {
    train: longestTexts(training, { examples, sequences, family }),
    evaluation: { ...longestTexts(training, { examples: scored, sequences, family }), shared },
    source: 'bound',
  };
  const steps = countSteps(examples, training.batchSize, training.epochs);
  return { spec, method, config, outputs: family === 'encoder' ? sizes.outputs : null, texts, steps };
}

type TaskSizes = PublishedSizes & { readonly train: number };

/** As the data here have them, else as they were published. */
async function taskSizes({ task }: RunConfig, sources: Sources): Promise<TaskSizes> {
  const read = await ifThere(openTask({ task }, sources));
  if (read !== undefined) return sizesOfData(read.data);
  const [own, trained] = [publishedSizes(task.id), publishedSizes(task.trainOn ?? task.id)];
  if (own === undefined || trained === undefined) {
    throw new MissingInput(`${task.id}: its size is not known; expected its data`);
  }
  const train = trained.train ?? task.limitTrain;
  if (train === null) {
    throw new MissingInput(
      `${task.id}: its number of training examples is not published; expected its data, or limitTrain`,
    );
  }
  return { ...own, options: Math.max(own.options, trained.options), train };
}

function sizesOfData(data: TaskData): TaskSizes {
  const examples = data.kind === 'choice' ? [data.train, ...data.evaluation.map((set) => set.examples)].flat() : [];
  return {
    train: data.train.length,
    evaluation: data.evaluation.map((set) => set.examples.length),
    outputs: outputsOf(data),
    options: examples.reduce((most, { options }) => Math.max(most, options.length), 1),
  };
}

/** Undefined where something is missing. */
async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MissingInput) return undefined;
    throw error;
  }
}

// What one model and method take: the question of `peftbench cost`, and its answer.
import { methodByName } from '../../methods/index.ts';
import type { Method } from '../contracts/method.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { type RunConfig, type Training, TrainingSchema } from '../contracts/run-config.ts';
import { checkWithDefaults } from '../contracts/validate.ts';
import { type CostInputs, costOfRun, type RunCost } from '../cost/run-cost.ts';
import { secondsOf } from '../cost/seconds.ts';
import { longestTexts } from '../cost/texts.ts';
import { checkPrecision } from '../models/count.ts';
import { readSizes } from '../models/read-sizes.ts';
import { longestSequence } from '../models/spec.ts';
import { defaultThreads } from './options.ts';
import { parsePairs } from './pairs.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

export interface CostQuestion {
  readonly model: string;
  readonly method: string;
  /** The method's options, key=value. */
  readonly set: readonly string[];
  /** Of training, key=value. */
  readonly training: readonly string[];
  readonly task: string | undefined;
  /** Of a run, where no task tells. */
  readonly steps: number | undefined;
}

export interface CostAnswer {
  readonly model: string;
  readonly spec: ModelSpec;
  readonly method: string;
  /** With those that are absent at their defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly training: Training;
  readonly task: string | null;
  readonly cost: RunCost;
  /** On this machine. */
  readonly seconds: number;
  /** Operations per second of a large matrix product, as measured for it. */
  readonly matrixProductFlops: number;
}

/** Steps of a run of which nothing is said. */
const USUAL_STEPS = 1000;
/** Classes that an encoder's head has where no task tells. */
const USUAL_OUTPUTS = 2;

/** @throws InputError naming flag, key, value and what was expected; MissingInput where sizes are not known */
export async function costOfModel(question: CostQuestion, sources: Sources, services: Services): Promise<CostAnswer> {
  const { model, task } = question;
  const method = methodByName(question.method);
  const faults = new Faults();
  const closed = { additionalProperties: false };
  const optionsSchema: Method['optionsSchema'] = { ...method.optionsSchema, ...closed };
  const options = faults.of(() =>
    checkWithDefaults(optionsSchema, parsePairs('--set', question.set), { file: '--set' }),
  );
  const training = faults.of(() =>
    checkWithDefaults(TrainingSchema, parsePairs('--training', question.training), { file: '--training' }),
  );
  const { spec } = readSizes(model, sources.modelsDir, sources.studyFolder);
  faults.throw();
  if (options === undefined || training === undefined) throw new Error('neither read nor refused');
  const steps = question.steps ?? USUAL_STEPS;
  const config = configOf(question, spec, options, training);
  if (task === undefined) check(method, options, spec, training, steps);
  const inputs =
    task === undefined ? inputsOf({ spec, method, config }, steps) : await services.costInputs(config, sources);
  const cost = costOfRun(inputs);
  const rate = await services.matrixRate(defaultThreads(1));
  return {
    ...{ model, spec, method: method.name, options, training, task: task ?? null, cost },
    seconds: secondsOf(cost, rate, spec.layers),
    matrixProductFlops: rate,
  };
}

function configOf(
  { model, method, task = '' }: CostQuestion,
  { family }: ModelSpec,
  options: Record<string, unknown>,
  training: Training,
): RunConfig {
  return {
    purpose: 'final',
    model,
    // Rates cost nothing.
    method: { label: method, name: method, options, learningRate: 1e-3, headLearningRate: 1e-3 },
    task: {
      ...{ id: task, limitTrain: null, limitEval: null, holdout: null, trainOn: null },
      ...{ protocol: family === 'decoder' ? ('likelihood' as const) : null, shots: 0, beams: 1 },
    },
    training,
    seed: 0,
  };
}

/** Of no task: so many steps on the longest texts, nothing scored. */
function inputsOf({ spec, method, config }: Pick<CostInputs, 'spec' | 'method' | 'config'>, steps: number): CostInputs {
  const { family } = spec;
  const { training } = config;
  const examples = steps * training.batchSize;
  return {
    ...{ spec, method, config, steps },
    outputs: family === 'encoder' ? USUAL_OUTPUTS : null,
    texts: {
      train: longestTexts(training, { examples, sequences: 1, family }),
      evaluation: longestTexts(training, { examples: 0, sequences: 1, family }),
      source: 'bound',
    },
  };
}

function check(
  method: Method,
  options: Record<string, unknown>,
  spec: ModelSpec,
  { basePrecision: precision, selection, maxLength }: Training,
  totalSteps: number,
): void {
  const wrong = method.check?.(options, spec, { totalSteps, precision, selection });
  if (wrong !== undefined) throw new InputError(`--set: ${wrong}`);
  const unfit = checkPrecision(spec, precision);
  if (unfit !== undefined) throw new InputError(`--training basePrecision: ${unfit}`);
  const longest = longestSequence(spec);
  if (maxLength > longest) {
    throw new InputError(`--training maxLength: ${maxLength}; expected at most ${longest}, which the model reads`);
  }
}

// Twenty training steps of the tiny encoder, of every kind of task and method: what backends are compared by.

import type { TaskKind } from '../../harness/contracts/dataset.ts';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { createHead } from '../../harness/models/head.ts';
import { type Stream, streamsOf } from '../../harness/random/streams.ts';
import { tf } from '../../harness/tensor/index.ts';
import { seededDropout } from '../../harness/training/dropout.ts';
import { batchOf, type ExampleBatch, type Prepared } from '../../harness/training/examples.ts';
import { AS_THEY_ARE } from '../../harness/training/label-scale.ts';
import { scores, type TaskModel } from '../../harness/training/loss.ts';
import { taskObjective } from '../../harness/training/objective.ts';
import { createTrainer } from '../../harness/training/train.ts';
import { methodByName } from '../../methods/index.ts';
import { tinyEncoder } from '../fixtures.ts';

export const STEPS = 20;
const CLASSES = 3;

export interface StepsCase {
  readonly title: string;
  readonly kind: TaskKind;
  readonly method: string;
  readonly options: object;
  /** Of the model; a method may have its own. */
  readonly dropout: number;
}

export const STEPS_CASES: readonly StepsCase[] = [
  { title: 'full, classification', kind: 'classification', method: 'full', options: {}, dropout: 0 },
  { title: 'LoRA, choice', kind: 'choice', method: 'lora', options: { r: 4 }, dropout: 0 },
  { title: 'LoRA with dropout', kind: 'classification', method: 'lora', options: { dropout: 0.2 }, dropout: 0.1 },
  {
    title: 'XGBLoRA with six merges, regression',
    kind: 'regression',
    method: 'xgblora',
    options: { stepsPerBooster: 3, layersPerBooster: 1, normPenalty: 0.01 },
    dropout: 0,
  },
];

export interface StepsOutcome {
  /** One a step. */
  readonly losses: readonly number[];
  /** Of the first batch after all: log-probabilities, as a choice's scores are free up to a common addend; or values. */
  readonly scores: Float32Array;
  /** Tensors after each step. */
  readonly tensors: readonly number[];
}

/** Takes the steps on the backend in use, with clipping and a schedule. */
export async function takeSteps({
  kind,
  method: name,
  options: given,
  dropout: rate,
}: StepsCase): Promise<StepsOutcome> {
  const random = streamsOf(7);
  const encoder = await tinyEncoder('tiny-bert');
  const head = createHead(encoder, kind === 'classification' ? CLASSES : 1, random('init/head'));
  const model: TaskModel = { kind, encoder, head, labelScale: AS_THEY_ARE };
  const batches = batchesOf(kind, encoder.spec.vocab, random('batches'));
  const method = methodByName(name);
  const options = checkWithDefaults(method.optionsSchema, given, { file: 'test' });
  const training = checkWithDefaults(TrainingSchema, { schedule: 'linear', warmup: 0.1 }, { file: 'test' });
  let stepNow: number | undefined;
  const dropout = seededDropout(random, () => stepNow);
  const attached = method.attach(encoder, options, { random, dropout, totalSteps: STEPS });
  const rates = { method: 5e-3, head: 5e-3 };
  const trainer = createTrainer(taskObjective(model), attached, rates, training, STEPS, (site, x) =>
    dropout(rate, site, x),
  );
  const [losses, tensors]: [number[], number[]] = [[], []];
  for (let step = 0; step < STEPS; step++) {
    stepNow = step;
    losses.push(trainer.step(step, [batches[step % batches.length] as ExampleBatch]).loss);
    stepNow = undefined;
    attached.afterStep?.(step);
    tensors.push(tf.memory().numTensors);
  }
  attached.finish();
  const last = tf.tidy(() => {
    const given = scores(model, () => batches[0] as ExampleBatch, noDropout);
    return (kind === 'regression' ? given : tf.logSoftmax(given)).dataSync<'float32'>().slice();
  });
  trainer.dispose();
  // Another backend that reads them would take them over.
  tf.disposeVariables();
  return { losses, scores: last, tensors };
}

/** Batches of several shapes, examples of a choice with two to four options. */
function batchesOf(kind: TaskKind, vocab: number, draw: Stream): ExampleBatch[] {
  const sequence = (longest: number) => {
    const ids = Array.from({ length: 3 + draw.integer(longest - 2) }, () => draw.integer(vocab));
    return { ids, typeIds: ids.map((_, at) => Number(at > 2)) };
  };
  const example = (id: number, longest: number): Prepared => {
    const sequences = Array.from({ length: kind === 'choice' ? 2 + draw.integer(3) : 1 }, () => sequence(longest));
    const label =
      kind === 'regression' ? draw.uniform(0, 5) : draw.integer(kind === 'choice' ? sequences.length : CLASSES);
    return { id: String(id), label, sequences, length: 0 };
  };
  return [8, 16, 8, 14].map((longest, batch) =>
    batchOf(
      Array.from({ length: 6 - (batch % 2) }, (_, i) => example(i, longest)),
      0,
    ),
  );
}

// Five training steps of the tiny encoder from given weights, and what PyTorch and PEFT compute in them.
import { type Training, TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { createHead } from '../../harness/models/head.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf } from '../../harness/tensor/index.ts';
import type { ExampleBatch } from '../../harness/training/examples.ts';
import { scores } from '../../harness/training/loss.ts';
import { AS_THEY_ARE } from '../../harness/training/label-scale.ts';
import { taskObjective } from '../../harness/training/objective.ts';
import { createTrainer } from '../../harness/training/train.ts';
import { full } from '../../methods/full.ts';
import { lora } from '../../methods/lora.ts';
import { fixturePath, type GoldenInputs, goldenBatch, readFixture, tinyEncoder } from '../fixtures.ts';

export interface Trace {
  readonly losses: number[];
  readonly gradientNorms: number[];
  readonly finalLogits: number[][];
}
type Scheduled = Pick<Training, 'schedule' | 'warmup'>;

/** What PyTorch and PEFT computed (scripts/fixtures/encoder.py). */
export const golden = readFixture<GoldenInputs & { labels: number[][]; full: Trace; lora: Trace }>(
  'encoder/training.json',
);
const tensors = openSafetensors(fixturePath('encoder/training.safetensors'));
const UNSCHEDULED: Scheduled = { schedule: 'constant', warmup: 0 };

function exampleBatch(labels: readonly number[]): ExampleBatch {
  const sequence = { ids: [], typeIds: [] };
  const examples = labels.map((label, i) => ({ id: String(i), label, sequences: [sequence], length: 0 }));
  return { examples, options: 1, tokens: goldenBatch(golden) };
}

function assign(variable: tf.Variable | undefined, name: string): void {
  if (variable === undefined) throw new Error(`nothing to assign ${name} to`);
  tf.tidy(() => variable.assign(tf.tensor(tensors.read(name), variable.shape)));
}

/** Takes the fixture's steps on the backend in use. */
export async function takeGoldenSteps(method: 'full' | 'lora', scheduled = UNSCHEDULED): Promise<Trace> {
  const training = checkWithDefaults(TrainingSchema, scheduled, { file: 'test' });
  const encoder = await tinyEncoder('tiny-bert');
  const head = createHead(encoder, 2, streamsOf(0)('init/head'));
  for (const { name, variable } of head.parameters) assign(variable, name.replace('head.output', 'initial.classifier'));
  const context = {
    random: streamsOf(0),
    dropout: <T extends tf.Tensor>(_rate: number, _site: string, x: T) => x,
    totalSteps: 5,
  };
  const options = { r: 4, alpha: 8, dropout: 0, targets: 'all' as const, layers: null };
  const attached = method === 'full' ? full.attach(encoder, {}, context) : lora.attach(encoder, options, context);
  if (method === 'lora') {
    for (const [i, { name }] of encoder.sites.entries()) assign(attached.trainable()[2 * i], `initial.${name}.A`);
  }
  const model = { kind: 'classification' as const, encoder, head, labelScale: AS_THEY_ARE };
  const trainer = createTrainer(taskObjective(model), attached, { method: 1e-3, head: 1e-3 }, training, 5, noDropout);
  const outcomes = golden.labels.map((labels, step) => trainer.step(step, [exampleBatch(labels)]));
  const logits = tf.tidy(() => scores(model, () => exampleBatch([0, 0, 0]), noDropout).arraySync());
  return {
    losses: outcomes.map(({ loss }) => loss),
    gradientNorms: outcomes.map(({ gradientNorm }) => gradientNorm ?? Number.NaN),
    finalLogits: logits,
  };
}

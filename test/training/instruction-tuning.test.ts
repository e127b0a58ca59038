// Runs of a decoder on a mix of tasks: every method from the same start on the same data, the same bits again.
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChoiceExample, EvaluationSet } from '../../harness/contracts/dataset.ts';
import type { Method } from '../../harness/contracts/method.ts';
import type { RunConfig, Training } from '../../harness/contracts/run-config.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { METHODS } from '../../methods/index.ts';
import { largestDifference } from '../fixtures.ts';
import { runOf } from './run-of.ts';

/** "Is k + 1 more than k?": always yes, so that a few steps learn it. */
function examples(split: string, count: number): ChoiceExample[] {
  const draw = streamsOf(1)(split);
  return Array.from({ length: count }, (_, i) => {
    const number = draw.integer(10);
    const question = `${number} < ${number + 1}${'?'.repeat(1 + draw.integer(8))}`;
    const answers = ['no', 'yes'];
    return { id: `${split}-${i}`, question, options: answers, label: 1, instruction: question, answers };
  });
}

const evaluation: [EvaluationSet<ChoiceExample>, ...EvaluationSet<ChoiceExample>[]] = [
  { name: 'one', examples: examples('one', 6) },
  { name: 'two', examples: examples('two', 4) },
];
const data = { kind: 'choice', train: examples('train', 24), evaluation, overall: 'mean' } as const;
const task = { id: 'test/one+two', metrics: ['accuracy'] } as const;
const OPTIONS: Readonly<Record<string, object>> = {
  xgblora: { stepsPerBooster: 2, layersPerBooster: 1, scale: 16 },
};

interface Settings extends Partial<Training> {
  readonly threads?: number;
  readonly protocol?: RunConfig['task']['protocol'];
}

function run(method: Method, { threads = 1, protocol = 'answer', ...training }: Settings = {}) {
  const settings = { batchSize: 8, epochs: 2, maxLength: 64, ...training };
  const given = { model: 'decoder/llama', method, options: OPTIONS[method.name] ?? {}, learningRate: 1e-2 };
  return runOf({ ...given, task, data, protocol, training: settings, threads });
}

beforeAll(() => useBackend('onnx', { threads: 1 }));
const methodOf = (name: string) => METHODS.find((method) => method.name === name) as Method;

describe.each(METHODS.filter(({ name }) => name !== 'frozen'))('a run of $name', (method) => {
  it('learns the response, and gives the same bits again', async () => {
    const first = await run(method);
    const { losses, attestation } = first.results;
    expect(losses).toHaveLength(6);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.02);
    const again = await run(method);
    expect(again.results.losses).toEqual(losses);
    expect(again.results.attestation).toEqual(attestation);
    expect(again.predictions).toEqual(first.predictions);
  });

  it('has the losses of whole batches in micro-batches, one text a row or packed', async () => {
    const { losses } = (await run(method)).results;
    for (const other of [{ microBatchSize: 3 }, { batching: 'packed', microBatchSize: 2 }] as const) {
      expect(largestDifference((await run(method, other)).results.losses, losses)).toBeLessThan(1e-4);
    }
  });
});

it('frozen trains nothing and scores the model as it is', async () => {
  const { results, predictions } = await run(methodOf('frozen'));
  expect(results.losses).toEqual([]);
  expect(results.time.secondsPerBatch).toBeNull();
  expect(results.attestation.finalWeightsSha256).toBe(results.attestation.initSha256);
  expect(predictions).toHaveLength(10);
});

it('learns the prompt too where asked', async () => {
  const [response, all] = [await run(methodOf('full')), await run(methodOf('full'), { lossOn: 'all' })];
  expect(all.results.losses[0]).not.toBe(response.results.losses[0]);
});

describe.each(['answer', 'likelihood'] as const)('the protocol %s', (protocol) => {
  it('gives a score an option, the metrics of each set, and their mean', async () => {
    const { results, predictions } = await run(methodOf('full'), { protocol });
    expect(predictions.map(({ set, id }) => `${set} ${id}`)).toEqual(
      evaluation.flatMap(({ name, examples: all }) => all.map(({ id }) => `${name} ${id}`)),
    );
    const rightIn = (name: string) => {
      const own = predictions.filter(({ set }) => set === name);
      return own.filter(({ prediction, label }) => prediction === label).length / own.length;
    };
    for (const { scores, prediction } of predictions) {
      expect(scores).toHaveLength(2);
      expect(scores[prediction]).toBe(Math.max(...scores));
    }
    const { primary, all } = results.metrics;
    expect(all['one/acc']).toBe(rightIn('one'));
    expect(primary).toEqual({ name: 'acc', value: (rightIn('one') + rightIn('two')) / 2 });
  });
});

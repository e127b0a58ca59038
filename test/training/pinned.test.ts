// The bits of one short run a method, encoder and decoder, as the training semantics have them: whoever moves them raises
// TRAINING_SEMANTICS, or records of the old bits would pass for results of the new code.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TaskData } from '../../harness/contracts/dataset.ts';
import type { Method } from '../../harness/contracts/method.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { TRAINING_SEMANTICS } from '../../harness/study/run-id.ts';
import type { BackendName } from '../../harness/tensor/backend-names.ts';
import { METHODS } from '../../methods/index.ts';
import { readFixture } from '../fixtures.ts';
import { runOf, type Tried } from './run-of.ts';

interface Bits {
  readonly lossTraceSha256: string;
  readonly finalWeightsSha256: string;
}
interface Pinned {
  /** The training semantics whose bits these are. */
  readonly semantics: number;
  /** By what computes, then by run. */
  readonly bits: Readonly<Record<string, Readonly<Record<string, Bits>>>>;
}
const FILE = 'training/pinned.json';
const { semantics, bits } = readFixture<Pinned>(FILE);

/**
 * ONNX Runtime adds in the order of the vectors that a processor has: each width has bits of its own. TensorFlow.js's own
 * kernels are JavaScript, with the same bits everywhere.
 */
function vectorsHere(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `${process.platform} on ${process.arch}`;
  const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
  const has = (...names: string[]) => names.every((name) => flags.split(' ').includes(name));
  if (has('avx512f', 'avx512bw', 'avx512dq', 'avx512vl')) return 'x64 with 512-bit vectors';
  return has('avx2', 'fma') ? 'x64 with 256-bit vectors' : 'x64 with 128-bit vectors';
}

const draw = streamsOf(1)('pinned');
const WORDS = ['a', 'plane', 'is', 'taking', 'off', 'the', 'cat', 'sat', 'on', 'mat', 'weak', 'learner'];
const text = () => Array.from({ length: 1 + draw.integer(6) }, () => WORDS[draw.integer(WORDS.length)]).join(' ');
const pairs = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${i}`, texts: [text(), text()] as const, label: draw.integer(2) }));
const questions = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const [question, answers] = [`${text()}?`, ['no', 'yes']];
    return { id: `${i}`, question, options: answers, label: draw.integer(2), instruction: question, answers };
  });
const ofPairs: TaskData = {
  kind: 'classification',
  labels: ['no', 'yes'],
  train: pairs(8),
  evaluation: [{ name: 'validation', examples: pairs(2) }],
};
const ofQuestions: TaskData = {
  kind: 'choice',
  train: questions(8),
  evaluation: [{ name: 'validation', examples: questions(2) }],
};

type Run = Pick<Tried, 'model' | 'task' | 'data' | 'protocol' | 'training'>;
const RUNS: readonly Run[] = [
  {
    model: 'encoder/tiny-bert',
    task: { id: 'test/pairs', metrics: ['accuracy'] },
    data: ofPairs,
    training: { batchSize: 4, epochs: 1.5, dropout: 0.1, warmup: 0.3 },
  },
  {
    model: 'decoder/llama',
    task: { id: 'test/questions', metrics: ['accuracy'] },
    data: ofQuestions,
    protocol: 'answer',
    training: { batchSize: 4, epochs: 1.5, maxLength: 64, microBatchSize: 2, warmup: 0.3 },
  },
];
/** Under which three steps come to everything that a method does. */
const OPTIONS: Readonly<Record<string, object>> = { lora: { dropout: 0.1 }, xgblora: { stepsPerBooster: 2 } };

async function bitsOf(method: Method, run: Run, backend: BackendName): Promise<Bits> {
  const { results } = await runOf({
    ...run,
    ...{ method, options: OPTIONS[method.name] ?? {}, learningRate: 1e-2, threads: 1, backend },
  });
  const { lossTraceSha256, finalWeightsSha256 } = results.attestation;
  return { lossTraceSha256, finalWeightsSha256 };
}

it('are those of the present training semantics', () => {
  expect(semantics, `TRAINING_SEMANTICS was raised: test/fixtures/${FILE} needs its number and its bits`).toBe(
    TRAINING_SEMANTICS,
  );
});

const PLACES: readonly { readonly backend: BackendName; readonly name: string }[] = [
  { backend: 'cpu', name: 'cpu, anywhere' },
  { backend: 'onnx', name: `onnx, ${vectorsHere()}` },
];

describe.each(PLACES)('on $name', ({ backend, name }) => {
  const pinned = bits[name];
  if (pinned === undefined) {
    it.skip('(no bits are pinned for it)', () => {});
    return;
  }
  const cases = RUNS.flatMap((run) => METHODS.map((method) => ({ method, run, title: `${method.name} ${run.model}` })));

  it.each(cases)('$title', async ({ method, run, title }) => {
    const found = await bitsOf(method, run, backend);
    const advice = `bits have moved: raise TRAINING_SEMANTICS in harness/study/run-id.ts, then pin in test/fixtures/${FILE}, "${name}": "${title}": ${JSON.stringify(found)}`;
    expect(found, advice).toEqual(pinned[title]);
  });
});

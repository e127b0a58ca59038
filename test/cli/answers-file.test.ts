// The default name of an evaluation's file tells evaluations apart.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answersFile, nameOf } from '../../harness/cli/answers-file.ts';
import type { EvaluationJob } from '../../harness/cli/evaluate-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const JOB: EvaluationJob = {
  model: 'models/SmolLM2.gguf',
  modelsDir: undefined,
  adapter: undefined,
  precision: 'f32',
  task: 'commonsense/arc-easy',
  dataRoots: ['data'],
  limit: null,
  scoring: { protocol: 'likelihood', shots: 0, beams: 1, bos: 'tokenizer' },
  backend: 'onnx',
  device: undefined,
  threads: 2,
};
const { scoring } = JOB;

const OTHERS: readonly [what: string, job: Partial<EvaluationJob>, words: RegExp][] = [
  ['model', { model: 'models/other.gguf' }, /^other\.gguf\./],
  ['model of the same name', { model: 'elsewhere/SmolLM2.gguf' }, /^SmolLM2\.gguf\./],
  ['adapter', { adapter: 'adapters/0123' }, /\.0123\./],
  ['adapter of the same name', { adapter: 'other/0123/' }, /\.0123\./],
  ['task', { task: 'commonsense/arc-easy+boolq' }, /\.commonsense\.arc-easy\+boolq\./],
  ['data', { dataRoots: ['other', 'data'] }, /^SmolLM2/],
  ['protocol', { scoring: { ...scoring, protocol: 'answer' } }, /\.answer\./],
  ['shots', { scoring: { ...scoring, shots: 5 } }, /\.5-shots\./],
  ['bos', { scoring: { ...scoring, bos: 'always' } }, /\.bos-always\./],
  ['beams', { scoring: { ...scoring, protocol: 'generate', beams: 4 } }, /\.generate\.4-beams\./],
  ['precision', { precision: 'q8' }, /\.q8\./],
  ['limit', { limit: 100 }, /\.first-100\./],
  ['device', { device: 'webgpu' }, /^SmolLM2/],
];

it.each(OTHERS)('%s', (_what, job, words) => {
  expect(nameOf({ ...JOB, ...job })).toMatch(words);
});

it('no two are alike, and the same evaluation has the same name whatever its threads', () => {
  const names = [{}, ...OTHERS.map(([, job]) => job)].map((job) => nameOf({ ...JOB, ...job }));
  expect(new Set(names).size).toBe(OTHERS.length + 1);
  expect(nameOf({ ...JOB, threads: 1 })).toBe(names[0]);
});

it('fits a file system, in any script, without what some of them refuse', () => {
  const name = nameOf({ ...JOB, model: `C:*?${'模型'.repeat(100)}` });
  expect(Buffer.byteLength(name)).toBeLessThan(255 - 20);
  expect(name).toMatch(/^C---(模型)+模?\.[0-9a-f]{8}\.jsonl$/u);
});

it('goes below the folder that is given, there or not', () => {
  const folder = temporaryFolder();
  for (const given of [folder, `${join(folder, 'new')}/`]) {
    expect(answersFile(JOB, given)).toBe(join(given, nameOf(JOB)));
  }
  expect(answersFile(JOB, join(folder, 'a.jsonl'))).toBe(join(folder, 'a.jsonl'));
  expect(answersFile(JOB, undefined)).toBe(join('.runs', 'evaluations', nameOf(JOB)));
});

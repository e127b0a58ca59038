// A decoder scored on MMLU with shots: what is read once gives the scores of whole prompts, counted by subject and category.
import { expect, it } from 'vitest';
import { type EvaluationJob, evaluateModel } from '../../harness/cli/evaluate-model.ts';
import { fixturePath } from '../fixtures.ts';
import { SUBJECTS, sampleFolder } from '../datasets/mmlu-sample.ts';

const job = (given: Partial<EvaluationJob>): EvaluationJob => ({
  model: fixturePath('decoder/llama'),
  modelsDir: undefined,
  task: 'mmlu',
  dataRoots: [sampleFolder()],
  limit: null,
  shots: 0,
  bos: 'tokenizer',
  backend: 'onnx',
  device: undefined,
  threads: 2,
  ...given,
});

it('gives figures overall, of categories and of subjects', async () => {
  const { report, scores } = await evaluateModel(job({ shots: 2, limit: 1 }), () => {});
  expect(scores.map(({ set, id }) => `${set} ${id}`)).toEqual(SUBJECTS.map((subject) => `${subject} test-0`));
  const right = scores.filter(({ prediction, label }) => prediction === label);
  expect(report.examples).toBe(57);
  expect(report.protocol).toMatchObject({ shots: 2, form: expect.stringMatching(/Answer: \{letter\}$/) });
  expect(report.metrics.acc).toBe(right.length / 57);
  const stem = report.task.groups.STEM as string[];
  expect(report.metrics['STEM/acc']).toBe(right.filter(({ set }) => stem.includes(set)).length / 18);
  expect(report.metrics['virology/acc']).toBe(right.some(({ set }) => set === 'virology') ? 1 : 0);
  // Letters are one character each.
  expect(report.metrics.acc_norm).toBe(report.metrics.acc);
});

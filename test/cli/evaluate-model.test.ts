// A decoder scored on MMLU by each protocol: what is read once gives the scores of whole prompts, counted by subject and
// category; an adapter changes them.
import { beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationJob, evaluateModel, evaluateTasks } from '../../harness/cli/evaluate-model.ts';
import { saveAdapter } from '../../harness/models/adapter-folder.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import type { ChoiceScoring } from '../../harness/training/evaluate-choices.ts';
import { embeddedDataRoot } from '../../datasets/index.ts';
import { SUBJECTS, sampleFolder } from '../datasets/mmlu-sample.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const job = (scoring: Partial<ChoiceScoring>, given: Partial<EvaluationJob> = {}): EvaluationJob => ({
  model: fixturePath('decoder/llama'),
  modelsDir: undefined,
  adapter: undefined,
  precision: 'f32',
  task: 'mmlu',
  dataRoots: [sampleFolder()],
  limit: 1,
  scoring: { protocol: 'likelihood', shots: 0, beams: 1, bos: 'tokenizer', ...scoring },
  backend: 'onnx',
  device: undefined,
  threads: 2,
  ...given,
});
const ignore = () => {};

beforeAll(() => useBackend('onnx', { threads: 2 }));

it('gives figures overall, of categories and of subjects', async () => {
  const { report, answers } = await evaluateModel(job({ shots: 2 }), ignore);
  expect(answers.map(({ set, id }) => `${set} ${id}`)).toEqual(SUBJECTS.map((subject) => `${subject} test-0`));
  const right = answers.filter(({ prediction, label }) => prediction === label);
  expect(report.examples).toBe(57);
  expect(report.protocol).toMatchObject({ shots: 2, form: expect.stringMatching(/Answer: \{letter\}$/) });
  expect(report.metrics.acc).toBe(right.length / 57);
  const stem = report.task.groups.STEM as string[];
  expect(report.metrics['STEM/acc']).toBe(right.filter(({ set }) => stem.includes(set)).length / 18);
  expect(report.metrics['virology/acc']).toBe(right.some(({ set }) => set === 'virology') ? 1 : 0);
  // Letters are one character each.
  expect(report.metrics.acc_norm).toBe(report.metrics.acc);
});

describe('the answers', () => {
  it('of the protocol answer have a log-likelihood an option, and no length to be divided by', async () => {
    const { report, answers } = await evaluateModel(job({ protocol: 'answer' }), ignore);
    expect(report.protocol.form).toMatch(/### Response:\nthe correct answer is \{answer\}$/);
    expect(report.metrics.acc_norm).toBeUndefined();
    for (const { logLikelihoods, prediction } of answers) {
      expect(logLikelihoods).toHaveLength(4);
      expect(logLikelihoods[prediction]).toBe(Math.max(...logLikelihoods));
    }
  });

  it('of the protocol generate are read from texts', async () => {
    const { answers } = await evaluateModel(job({ protocol: 'generate' }), ignore);
    expect(answers).toHaveLength(57);
    for (const { text = '', prediction, logLikelihoods } of answers) {
      expect(logLikelihoods).toEqual([]);
      expect(prediction === -1 || text.includes(`answer${prediction + 1}`)).toBe(true);
    }
  });
});

it('reads no adapter of another model', async () => {
  const adapter = fixturePath('decoder/tiny-llama/adapter');
  await expect(evaluateModel(job({}, { adapter }), ignore)).rejects.toThrow(/expected \[2, 24\] and \[16, 2\]/);
});

it('notes an adapter that changes nothing', async () => {
  const adapter = temporaryFolder();
  saveAdapter(adapter, 'llama', { adapters: [], parameters: [] });
  const { notes, report } = await evaluateModel(job({}, { adapter }), ignore);
  expect(notes).toEqual([`${adapter}: the adapter changes nothing: the scores are the base's`]);
  const base = await evaluateModel(job({}), ignore);
  expect(base.notes).toEqual([]);
  expect(report.metrics).toEqual(base.report.metrics);
});

it('asks for no more shots than there are', async () => {
  await expect(evaluateModel(job({ shots: 6 }), ignore)).rejects.toThrow(/mmlu: shots: 6; expected at most 5/);
});

it('has a standard error beside each score', async () => {
  const { report } = await evaluateModel(job({ shots: 2 }), ignore);
  const { acc } = report.metrics;
  expect(Object.keys(report.standardErrors)).toEqual(Object.keys(report.metrics));
  expect(report.standardErrors.acc).toBeCloseTo(Math.sqrt(((acc ?? 0) * (1 - (acc ?? 0))) / 56), 12);
  // One question a subject tells nothing of its spread.
  expect(report.standardErrors['virology/acc']).toBeNull();
});

describe('several tasks', () => {
  const jobOf = () => {
    const { task: _one, ...rest } = job({}, { dataRoots: [sampleFolder(), embeddedDataRoot], limit: 2 });
    return rest;
  };
  const tasks = ['commonsense/openbookqa', 'mmlu'];

  it('are each scored as alone, by a model that is loaded once', async () => {
    const [rest, told]: [ReturnType<typeof jobOf>, string[]] = [jobOf(), []];
    const both = await evaluateTasks({ ...rest, tasks }, ({ task, phase }) => told.push(`${phase} ${task}`));
    expect(both.map(({ report }) => report.task.id)).toEqual(tasks);
    expect([...new Set(told)]).toEqual([`load ${tasks[0]}`, `evaluate ${tasks[0]}`, `evaluate ${tasks[1]}`]);
    for (const { report, answers } of both) {
      const alone = await evaluateModel({ ...rest, task: report.task.id }, ignore);
      expect(answers).toEqual(alone.answers);
      expect(report.metrics).toEqual(alone.report.metrics);
    }
  });

  it('are refused together, before any is scored', async () => {
    const asked = ['commonsense/openbookqa', 'glue/stsb', 'commonsense/nothing'];
    await expect(evaluateTasks({ ...jobOf(), tasks: asked }, ignore)).rejects.toThrow(
      /glue\/stsb is a task of regression\n.*commonsense\/nothing/,
    );
  });
});

// `peftbench cost`: counts of a model of which there is a configuration alone.
import { describe, expect, it } from 'vitest';
import type { CostAnswer } from '../../harness/cli/cost-of-model.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const LLAMA = fixturePath('configs/llama-3.2-3b');

async function cost(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(['cost', ...args], { ...services, matrixRate: async () => 1e11 }, output);
  const { code, printed, written } = output;
  return { code, printed, written };
}

const answerOf = async (...args: string[]): Promise<CostAnswer> => JSON.parse((await cost(...args, '--json')).printed);

describe('cost', () => {
  const asked = ['--model', LLAMA, '--method', 'lora', '--set', 'r=32', 'targets=["q","v"]'];

  it('counts LoRA on LLaMA 3.2 3B as PEFT does, from config.json alone', async () => {
    const { cost: counted, options } = await answerOf(...asked);
    expect(counted.counts.parameters).toMatchObject({
      base: 3_212_749_824,
      trainable: 9_175_040,
      withMethod: 3_221_924_864,
    });
    expect(options).toEqual({ r: 32, alpha: 16, dropout: 0, targets: ['q', 'v'], layers: null });
    const { printed } = await cost(...asked);
    expect(printed).toMatch(/trainable at once +9,175,040 +0\.2856 % of the base/);
    expect(printed).toMatch(/base and method +3,221,924,864 +what PEFT prints as "all params"/);
  });

  it('reads a value as JSON where it is JSON, else as a text', async () => {
    const { options } = await answerOf(
      '--model',
      LLAMA,
      '--method',
      'lora',
      '--set',
      'alpha=1e1',
      '--set',
      'targets=all',
    );
    expect(options).toMatchObject({ alpha: 10, targets: 'all' });
  });

  it('takes what training says of memory and operations', async () => {
    const ofBatch = async (...training: string[]) =>
      (await answerOf(...asked, '--training', 'maxLength=256', ...training)).cost;
    const [small, large] = [await ofBatch('batchSize=1'), await ofBatch('batchSize=4')];
    expect(large.flops.training / small.flops.training).toBeCloseTo(4, 0);
    expect(large.memory.activations).toBeGreaterThan(3 * small.memory.activations);
    expect((await ofBatch('batchSize=4', 'microBatchSize=1')).memory.activations).toBe(small.memory.activations);
    expect((await ofBatch('batchSize=4', 'gradientCheckpointing=true')).memory.activations).toBeLessThan(
      large.memory.activations / 2,
    );
    expect((await ofBatch('basePrecision=q4')).memory.weights).toBeLessThan(0.2 * small.memory.weights);
  });

  it('takes examples of a task as they are published where there are no data', async () => {
    const { cost: counted } = await answerOf(...asked, '--task', 'commonsense/boolq', '--training', 'batchSize=16');
    expect(counted.steps).toBe(Math.ceil(9427 / 16));
    expect(counted.texts).toBe('bound');
  });

  it('takes texts of a task as they are where model and data are here', async () => {
    const { cost: counted } = await answerOf('--model', 'minilm-l6', '--method', 'lora', '--task', 'glue/stsb');
    expect([counted.texts, counted.steps]).toEqual(['data', Math.ceil(5749 / 32)]);
    expect(counted.counts.parameters).toMatchObject({ trainable: 331_776, head: 385 });
  });

  it('knows published models by name', async () => {
    const { cost: counted } = await answerOf(
      '--model',
      'FacebookAI/roberta-base',
      '--method',
      'lora',
      '--set',
      'targets=["q","v"]',
    );
    expect(counted.counts.parameters.trainable).toBe(294_912);
  });
});

describe('bad input', () => {
  const asked = ['--model', LLAMA, '--method', 'lora'];

  it.each<[what: string, args: string[], message: RegExp]>([
    [
      'an unknown option of the method',
      [...asked, '--set', 'rr=8'],
      /^peftbench: --set: rr: unknown key .*did you mean "r"\?/,
    ],
    ['a value of the wrong type', [...asked, '--set', 'r=large'], /--set: r: "large"; expected an integer from 1/],
    ['no pair', [...asked, '--set', 'r'], /--set: "r"; expected key=value/],
    ['a key given twice', [...asked, '--set', 'r=1', '--set', 'r=2'], /--set: r: is given twice/],
    [
      'an unknown key of training',
      [...asked, '--training', 'batchsize=8'],
      /--training: batchsize: unknown key .*"batchSize"/,
    ],
    [
      'a method that there is not',
      ['--model', LLAMA, '--method', 'lroa'],
      /unknown method "lroa" \(did you mean "lora"\?\)/,
    ],
    [
      'a role that the model has not',
      ['--model', 'roberta-base', '--method', 'lora', '--set', 'targets=["gate"]'],
      /--set: targets names the role "gate"/,
    ],
    [
      'more tokens than the model reads',
      ['--model', 'roberta-base', '--method', 'lora', '--training', 'maxLength=600'],
      /--training maxLength: 600; expected at most 512/,
    ],
    ['a model that there is not', ['--model', 'nothing', '--method', 'lora'], /no model "nothing"/],
  ])('%s: one line, exit code 2', async (_what, args, message) => {
    const { code, printed, written } = await cost(...args);
    expect([code, printed]).toEqual([2, '']);
    expect(written).toMatch(message);
    expect(written.match(/\n/g)).toHaveLength(1);
  });

  it('a folder without a configuration', async () => {
    const { code, written } = await cost('--model', temporaryFolder(), '--method', 'lora');
    expect([code, written]).toEqual([2, expect.stringMatching(/has neither model\.safetensors/)]);
  });
});

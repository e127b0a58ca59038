// Bad weights and data, end to end: one line that names the cause, exit code 2, and no record.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const GOOD = {
  name: 'test',
  models: ['minilm-l6'],
  methods: [{ method: 'lora', learningRate: 1e-3 }],
  tasks: [{ task: 'glue/stsb', limitTrain: 8, limitEval: 8 }],
  seeds: [0],
  training: { maxLength: 32 },
};

/** Runs a study and gives its exit code and what stderr got. */
async function run(study: object, ...options: string[]): Promise<{ code: number; stderr: string; folder: string }> {
  const folder = temporaryFolder({ 'study.json': JSON.stringify(study) });
  const output = captureOutput();
  await runCommandLine(['run', folder, ...options], services, output);
  return { code: output.code, stderr: output.written, folder };
}

async function expectRefused(outcome: ReturnType<typeof run>, cause: RegExp): Promise<void> {
  const { code, stderr, folder } = await outcome;
  expect(stderr).toMatch(cause);
  // What is found in the folder is said before a run opens its weights.
  const lines = stderr.trim().split('\n');
  expect(lines.filter((line) => line.startsWith('peftbench: '))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(cause);
  expect(code).toBe(2);
  expect(existsSync(join(folder, 'runs'))).toBe(false);
}

/** A copy of the tiny BERT folder. */
function tinyBert(): string {
  const folder = temporaryFolder();
  cpSync(fixturePath('encoder/tiny-bert'), folder, { recursive: true });
  return folder;
}

describe('a study with', () => {
  it.each([
    ['an unknown task', { ...GOOD, tasks: ['glue/stbs'] }, /study\.json: tasks\[0\]: "glue\/stbs".*glue\/stsb/],
    ['an unknown method', { ...GOOD, methods: [{ method: 'lara', learningRate: 1 }] }, /methods\[0\]\.method.*lora/],
    [
      'an unknown method option',
      { ...GOOD, methods: [{ method: 'lora', options: { rnak: 8 }, learningRate: 1 }] },
      /options\.rnak/,
    ],
    ['a misspelled key', { ...GOOD, trainning: {} }, /trainning.*"training"/],
    ['a value of the wrong type', { ...GOOD, seeds: ['zero'] }, /seeds\[0\].*integer/],
    ['an unknown model', { ...GOOD, models: ['minilm-l7'] }, /"minilm-l7".*"minilm-l6"/],
    [
      'a selection that holds nothing out',
      { ...GOOD, training: { selection: 'best' } },
      /study\.json: training\.selectionHoldout: null; expected a number of training examples, as training\.selection is "best"/,
    ],
    [
      'a selection that holds everything out',
      { ...GOOD, training: { selection: 'best', selectionHoldout: 8 } },
      /study\.json: glue\/stsb: training\.selectionHoldout: 8; expected fewer than the 8 examples drawn/,
    ],
    [
      'examples held out for no selection',
      { ...GOOD, training: { selectionHoldout: 4 } },
      /study\.json: training\.selectionHoldout: 4; expected null, as training\.selection is "last"/,
    ],
    [
      'a layer that the model does not have',
      { ...GOOD, methods: [{ method: 'lora', options: { layers: [9] }, learningRate: 1 }] },
      /layer 9/,
    ],
  ])('%s', (_name, study, cause) => expectRefused(run(study), cause));

  it('several faults, in a line each', async () => {
    const methods = [
      { method: 'lora', label: 'deep', options: { layers: [9] }, learningRate: 1 },
      { method: 'lora', label: 'gated', options: { targets: ['gate'] }, learningRate: 1 },
    ];
    const models = ['minilm-l6', 'minilm-l7'];
    const outcome = await run({ ...GOOD, models, methods, tasks: ['glue/stsb', 'glue/cola'], seeds: [0, 1] });
    expect(outcome.stderr.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^peftbench: .*\/study\.json: method "deep" on model "minilm-l6": layers names layer 9/),
      expect.stringMatching(
        /^peftbench: .*\/study\.json: method "gated" on model "minilm-l6": targets names the role "gate"/,
      ),
      expect.stringMatching(/^peftbench: glue\/cola: /),
      expect.stringMatching(/^peftbench: no model "minilm-l7"/),
    ]);
    expect(outcome.code).toBe(2);
    expect(existsSync(join(outcome.folder, 'runs'))).toBe(false);
  });

  it('faults of its own and models that are not there', async () => {
    const { stderr } = await run({ ...GOOD, models: ['minilm-l7'], tasks: ['glue/stbs'], seeds: [-1] });
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/seeds\[0\]: -1/),
      expect.stringMatching(/tasks\[0\]: "glue\/stbs" is no task/),
      expect.stringMatching(/^peftbench: no model "minilm-l7"/),
    ]);
  });

  const decoder = { ...GOOD, models: [fixturePath('decoder/llama')] };
  const choice = (entry: object) => ({ ...decoder, tasks: [{ task: 'commonsense/openbookqa', ...entry }] });
  it.each([
    ['a task without options', decoder, /glue\/stsb: asks for regression; expected a task of choice/],
    ['no protocol', choice({}), /openbookqa: protocol: missing; expected likelihood, answer, generate/],
    ['beams where nothing is generated', choice({ protocol: 'answer', beams: 4 }), /beams: 4; expected 1/],
    [
      'more shots than there are',
      choice({ protocol: 'likelihood', shots: 5000 }),
      /shots: 5000; expected at most 4957/,
    ],
    [
      'full fine-tuning of a packed base',
      {
        ...choice({ protocol: 'answer' }),
        methods: [{ method: 'full', learningRate: 1e-4 }],
        training: { maxLength: 32, basePrecision: 'f16' },
      },
      /the base precision is "f16"/,
    ],
    ['a mix that is not of choices', { ...GOOD, tasks: ['glue/cola+stsb'] }, /glue\/cola is a task of classification/],
  ])('of a decoder: %s', (_name, study, cause) => expectRefused(run(study), cause));

  it('a protocol of an encoder', () =>
    expectRefused(
      run({ ...GOOD, tasks: [{ task: 'commonsense/openbookqa', protocol: 'answer' }] }),
      /openbookqa: protocol: "answer"; expected null, as minilm-l6 is an encoder/,
    ));

  it('a data folder that does not exist', () =>
    expectRefused(run(GOOD, '--data', '/no/such/folder'), /--data.*\/no\/such\/folder/));

  it('truncated weights', async () => {
    const model = tinyBert();
    const file = join(model, 'model.safetensors');
    writeFileSync(file, readFileSync(file).subarray(0, 5000));
    await expectRefused(run({ ...GOOD, models: [model] }), /model\.safetensors/);
  });

  it('a GGUF file with a lying tensor count', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'model.gguf');
    const bytes = Buffer.from(
      readFileSync(fixturePath('../../harness/models/embedded/all-MiniLM-L6-v2.gguf')).subarray(0, 1 << 20),
    );
    bytes.writeBigUInt64LE(2n ** 40n, 8);
    writeFileSync(file, bytes);
    await expectRefused(run({ ...GOOD, models: [file] }), /model\.gguf.*tensor/);
  });

  it('weights that are not numbers', async () => {
    const model = tinyBert();
    const file = join(model, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    writeFileSync(file, bytes);
    await expectRefused(run({ ...GOOD, models: [model] }), /model\.safetensors: tensor '.*' holds NaN/);
  });
});

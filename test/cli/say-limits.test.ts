// Limits beyond the data are said before anything runs.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { fakeCommandLine } from './fakes.ts';

const folderOf = (study: object) => temporaryFolder({ 'study.json': JSON.stringify(study) });

describe('plan', () => {
  const study = (task: object, others: object = {}) => ({
    name: 'limits',
    models: [fixturePath('encoder/tiny-bert')],
    methods: [{ method: 'lora', learningRate: 1e-3 }],
    tasks: [task],
    seeds: [0, 1],
    training: { maxLength: 32, batchSize: 2 },
    ...others,
  });

  const said = async (task: object, others?: object) => {
    const output = captureOutput();
    const data = join(fixturePath('glue'), 'tsv');
    await runCommandLine(['plan', folderOf(study(task, others)), '--data', data], services, output);
    expect(output.code).toBe(0);
    return output.written.split('\n').filter((line) => line.startsWith('glue/'));
  };

  it('says each once, for runs of any seed', async () => {
    expect(await said({ task: 'glue/mnli', limitTrain: 5000, limitEval: 3 })).toEqual([
      'glue/mnli: limitTrain 5000, but 4 examples are there',
      'glue/mnli: limitEval 3, but there are 2 of matched',
    ]);
  });

  it('says what a trial lacks beside what is held out', async () => {
    const searched = {
      methods: [{ method: 'lora', learningRate: [1e-3, 3e-3] }],
      search: { seed: 9, holdout: 2, limitTrain: 4 },
    };
    expect(await said({ task: 'glue/mnli', limitTrain: 4 }, searched)).toEqual([
      'glue/mnli: limitTrain 4, but 2 examples are there beside the 2 held out',
    ]);
  });

  it('says nothing of limits that the data reach', async () => {
    expect(await said({ task: 'glue/mnli', limitTrain: 4, limitEval: 2 })).toEqual([]);
  });
});

it('run says them before its first run', async () => {
  const study = {
    name: 'limits',
    models: ['tiny'],
    methods: [{ method: 'full', learningRate: 1e-4 }],
    tasks: [{ task: 'glue/stsb', limitTrain: 6000 }],
    seeds: [0, 1],
  };
  const { code, stderr } = await fakeCommandLine().run('run', folderOf(study));
  const [first, ...others] = stderr.trimEnd().split('\n');
  expect([code, first, others.length]).toEqual([0, 'glue/stsb: limitTrain 6000, but 5000 examples are there', 2]);
});

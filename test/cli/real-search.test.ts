// A search by successive halving whose runs choose their weights, on a tiny encoder, in processes of their own.
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { readRecords, runsFolder } from '../../harness/records/store.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const STUDY = {
  name: 'halved',
  models: [fixturePath('encoder/tiny-bert')],
  methods: [
    {
      method: 'xgblora',
      options: { layersPerBooster: 1 },
      space: {
        learningRate: { from: 1e-4, to: 1e-1, scale: 'log' },
        'options.stepsPerBooster': { from: 1, to: 3, scale: 'linear' },
      },
    },
  ],
  tasks: [{ task: 'glue/stsb', limitTrain: 24, limitEval: 8 }],
  seeds: [0],
  training: { batchSize: 4, maxLength: 32, epochs: 1, selection: 'best', selectionHoldout: 8, selectionEvery: 2 },
  search: { seed: 9, holdout: 8, strategy: 'halving', trials: 2 },
};

it('runs to its end, records what was chosen, and gives the same bits again', async () => {
  const folder = temporaryFolder({ 'study.json': JSON.stringify(STUDY) });
  const cli = async (...args: string[]) => {
    const output = captureOutput();
    await runCommandLine(args, services, output);
    return output;
  };
  expect((await cli('run', folder)).code).toBe(0);
  const records = readRecords(runsFolder(folder)) as CompletedRecord[];
  // Of 12 and 24 examples, 8 are held out for the selection.
  const steps = records.map(({ config, trained }) => [config.purpose, config.task.limitTrain, trained.steps]);
  expect(steps.sort()).toEqual([
    ['final', 24, 4],
    ['search', 12, 1],
    ['search', 12, 1],
    ['search', 24, 4],
  ]);
  const final = records.find(({ config }) => config.purpose === 'final');
  expect(final?.search).toHaveLength(3);
  expect(Object.keys(final?.search?.[0]?.values ?? {})).toEqual(['learningRate', 'options.stepsPerBooster']);
  expect(final?.selection?.scores.map(({ step }) => step)).toEqual([2, 4]);
  expect(final?.dataset.train.drawn).toBe(16);
  expect((await cli('verify', folder)).code).toBe(0);
}, 60_000);

// A study some of whose runs diverge goes on to its end, and is there to be started again: runs in processes of their own.
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { readRecords, runsFolder } from '../../harness/records/store.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { contentsOf } from './fakes.ts';

const STUDY = {
  name: 'diverging',
  models: [fixturePath('encoder/tiny-bert')],
  tasks: [{ task: 'glue/stsb', limitTrain: 16, limitEval: 8 }],
  seeds: [0],
  training: { batchSize: 4, maxLength: 32, epochs: 1, evaluate: 'epoch' },
  search: { seed: 9, holdout: 8 },
};
const lora = { method: 'lora', options: { r: 1 } };

async function run(folder: string): Promise<{ code: number; lines: string[] }> {
  const output = captureOutput();
  await runCommandLine(['run', folder], services, output);
  return { code: output.code, lines: output.written.trim().split('\n') };
}

it('has a record of each divergence with the losses before it, and takes the rate that does not diverge', async () => {
  const methods = [
    { ...lora, label: 'diverges', learningRate: 1e-4, headLearningRate: 1e25 },
    { ...lora, label: 'searched', learningRate: [1e-4, 1e30] },
  ];
  const folder = temporaryFolder({ 'study.json': JSON.stringify({ ...STUDY, methods }) });
  const { code, lines } = await run(folder);
  expect(code).toBe(1);
  expect(lines).toEqual([
    '4 runs: 0 kept, 4 to run',
    expect.stringMatching(/^\[1\/4\] searched · glue\/stsb · search 0\.0001 · pearson -?0\.\d+ · /),
    expect.stringMatching(/^\[2\/4\] searched · glue\/stsb · search 1e\+30 · diverged: the loss of step 2 is NaN · /),
    expect.stringMatching(
      /^\[3\/4\] diverges · glue\/stsb · seed 0 · diverged: the loss of step 2 is (NaN|Infinity) · /,
    ),
    expect.stringMatching(/^\[4\/4\] searched · glue\/stsb · seed 0 · pearson -?0\.\d+ · /),
  ]);
  const records = readRecords(runsFolder(folder));
  const of = (label: string) =>
    records.find(({ config }) => config.purpose === 'final' && config.method.label === label);
  expect(of('diverges')).toMatchObject({
    status: 'diverged',
    losses: [expect.any(Number), expect.any(Number)],
    error: { step: 2 },
  });
  expect(of('searched')).toMatchObject({
    status: 'completed',
    config: { method: { learningRate: 1e-4 } },
    search: [
      { learningRate: 1e-4, value: expect.any(Number) },
      { learningRate: 1e30, value: null },
    ],
  });
  const before = contentsOf(folder);
  const found = expect.stringMatching(/^4 runs: 4 kept \(.*\), 0 to run$/);
  expect(await run(folder)).toEqual({ code: 1, lines: [found] });
  expect(contentsOf(folder)).toEqual(before);
});

it('says in one line that no rate of a search will do', async () => {
  const methods = [{ ...lora, learningRate: [1e29, 1e30] }];
  const folder = temporaryFolder({ 'study.json': JSON.stringify({ ...STUDY, methods }) });
  const { code, lines } = await run(folder);
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe(
    'lora, glue/stsb, seed 0 cannot run: no trial has a score ' +
      '(1e+29 diverged: the loss of step 2 is NaN; 1e+30 diverged: the loss of step 2 is NaN)',
  );
  expect(readRecords(runsFolder(folder)).map(({ status }) => status)).toEqual(['diverged', 'diverged']);
});

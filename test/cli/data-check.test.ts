// `peftbench data check` on data made here, and on folders that lack them.
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const HEADER = 'sentence1\tsentence2\tlabel\n';
const rte = {
  'RTE/train.tsv': `${HEADER}A cat sat.\tIt sat.\tentailment\nA dog ran far away today.\tIt ran.\tentailment\n`,
  'RTE/dev.tsv': `${HEADER}a cat sat\tIt sat!\tnot_entailment\nA dog ran far away today.\tIt ran off.\tentailment\nBirds.\tb\tentailment\n`,
};

async function check(...args: string[]): Promise<{ printed: string; stderr: string; code: number }> {
  const output = captureOutput();
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  // Only what is given: the embedded data take a while to compare.
  const given = { ...services, embeddedDataRoot: async () => temporaryFolder() };
  await runCommandLine(['data', 'check', ...args], given, Object.assign(output, { print }));
  return { printed, stderr: output.written, code: output.code };
}

it('counts exact and near, naming pairs', async () => {
  const data = temporaryFolder(rte);
  const { printed, code } = await check('--task', 'glue/rte', '--data', data, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toEqual([
    {
      task: 'glue/rte',
      train: 2,
      evaluation: 3,
      exact: 1,
      near: 1,
      pairs: [
        { set: 'validation', id: 'validation-0', trainId: 'train-0', similarity: 1, exact: true },
        { set: 'validation', id: 'validation-1', trainId: 'train-1', similarity: 27 / 30, exact: false },
      ],
      repeated: 0,
      contradictory: 0,
      groups: [],
    },
  ]);
  const table = (await check('--task', 'glue/rte', '--data', data)).printed;
  expect(table).toMatch(
    /glue\/rte +\| +2 +\| +3 +\| +0 +\| +0 +\| +1 +\| +1 +\| +validation-0 = train-0, validation-1 = train-1/,
  );
});

it('counts evaluation examples that repeat each other with different answers, as Social IQa has them', async () => {
  const published = fixturePath('commonsense-published');
  const { printed, code } = await check('--task', 'commonsense/siqa', '--data', published, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toMatchObject([
    {
      task: 'commonsense/siqa',
      evaluation: 3,
      repeated: 2,
      contradictory: 2,
      groups: [{ set: 'test', ids: ['test-0', 'test-2'], contradictory: true }],
    },
  ]);
  const table = (await check('--task', 'commonsense/siqa', '--data', published)).printed;
  expect(table).toMatch(/commonsense\/siqa +\| +1 +\| +3 +\| +2 +\| +2 +\| +0 +\| +0 +\|/);
});

it('goes through every task, and says which have no data', async () => {
  const { printed, code } = await check('--data', temporaryFolder(rte));
  expect(code).toBe(0);
  expect(printed).toMatch(/glue\/rte +\| +2 /);
  expect(printed).toMatch(/glue\/stsb +\| no data/);
});

it.each([
  ['data that are nowhere', {}, ['--task', 'glue/rte'], /^peftbench: glue\/rte: no data in .*RTE.*train\.tsv/],
  ['an unknown task', {}, ['--task', 'glue/ret'], /^peftbench: task "glue\/ret" is unknown, did you mean glue\/rte\?/],
  ['a malformed file', { 'RTE/train.tsv': '' }, [], /^peftbench: .*RTE\/train\.tsv: the file is empty/],
  ['an unknown option', {}, ['--tsak', 'glue/rte'], /unknown option '--tsak'/],
])('refuses %s', async (_name, files, args, cause) => {
  const { printed, stderr, code } = await check('--data', temporaryFolder(files), ...args);
  expect(stderr).toMatch(cause);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect([printed, code]).toEqual(['', 2]);
});

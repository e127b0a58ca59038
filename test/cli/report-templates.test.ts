// A study whose report has templates: they are read before anything runs, filled with the rest of the report, and found from
// a copy of the study too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStudy } from '../../harness/study/read.ts';
import { CATALOGUE } from '../study/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { contentsOf, fakeCommandLine } from './fakes.ts';

const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [{ method: 'full', learningRate: 1e-4 }],
  tasks: ['glue/stsb'],
  seeds: [0],
  report: ['table-2', './my-table.json'],
};
const TEMPLATE = {
  ...{ kind: 'table', name: 'memory', title: 'Memory', caption: 'Of my runs.', rows: {} },
  columns: [{ key: 'peak', title: 'peak', read: 'memory.peakRss', as: 'bytes' }],
};

const withTemplate = (template: object) =>
  temporaryFolder({
    'study/study.json': JSON.stringify(STUDY),
    'study/my-table.json': JSON.stringify(template),
  });

test('tables of the paper and of the user are in the report, here and in another folder', async () => {
  const folder = withTemplate(TEMPLATE);
  const [cli, out] = [fakeCommandLine(), join(folder, 'elsewhere/out')];
  const run = await cli.run('run', join(folder, 'study'), '--out', out);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/## fake, the paper\n\n\*\*Table 2: GLUE\.\*\* .*\n[^#]*\n\*\*Memory\.\*\* Of my runs\./);
  expect(readFileSync(join(out, 'report/paper-memory.csv'), 'utf8')).toBe('model,method,peak\ntiny,full,200000000\n');
  expect(readStudy(out, CATALOGUE).study.report).toEqual(['table-2', '../../study/my-table.json']);
  const again = await cli.run('report', out);
  expect(again).toMatchObject({ code: 0, stdout: run.stdout });
  expect(cli.executed).toHaveLength(1);
});

test('a part of a study, or another metric, makes no table of the paper', async () => {
  const folder = withTemplate(TEMPLATE);
  const cli = fakeCommandLine();
  await cli.run('run', join(folder, 'study'));
  expect((await cli.run('report', join(folder, 'study'))).stdout).toContain('the paper');
  expect((await cli.run('report', join(folder, 'study'), '--only', 'seed=0')).stdout).not.toContain('the paper');
});

test('a template that makes no sense is refused before anything runs', async () => {
  const folder = withTemplate({ ...TEMPLATE, rwos: {} });
  const cli = fakeCommandLine();
  const before = contentsOf(folder);
  const { code, stderr } = await cli.run('run', join(folder, 'study'));
  expect(code).toBe(2);
  expect(stderr).toMatch(/my-table\.json: rwos: unknown key \(its value is \{\}\), did you mean "rows"\?/);
  expect([cli.executed, contentsOf(folder)]).toEqual([[], before]);
});

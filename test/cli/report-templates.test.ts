// A study whose report has a template of its own, run into another folder: the copy there finds the template too.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStudy } from '../../harness/study/read.ts';
import { CATALOGUE } from '../study/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeCommandLine } from './fakes.ts';

const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [{ method: 'full', learningRate: 1e-4 }],
  tasks: ['glue/stsb'],
  seeds: [0],
  report: ['table-7', './my-table.json'],
};

test('the copy of a study names the template from its own folder', async () => {
  const folder = temporaryFolder({ 'study/study.json': JSON.stringify(STUDY), 'study/my-table.json': '{}' });
  const [cli, out] = [fakeCommandLine(), join(folder, 'elsewhere/out')];
  expect(await cli.run('run', join(folder, 'study'), '--out', out)).toMatchObject({ code: 0 });
  expect(readStudy(out, CATALOGUE).study.report).toEqual(['table-7', '../../study/my-table.json']);
  expect(await cli.run('run', join(folder, 'study'), '--out', out)).toMatchObject({ code: 0 });
  expect(cli.executed).toHaveLength(1);
});

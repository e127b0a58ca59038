// What a study's `report` may name, and that it decides no run.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expand } from '../../harness/study/expand.ts';
import { readStudy } from '../../harness/study/read.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { CATALOGUE, parse, STUDY } from './sample.ts';

test('a report changes no run of a study', () => {
  const named = parse({ ...STUDY, report: ['table-2', 'figure-4'] });
  expect(named.report).toEqual(['table-2', 'figure-4']);
  expect(expand(named)).toEqual(expand(parse(STUDY)));
});

describe('a template of its own', () => {
  const study = JSON.stringify({ ...STUDY, report: ['table-1', './my-table.json'] });

  test('is looked for in the folder of the study', () => {
    const folder = temporaryFolder({ 'study.json': study, 'my-table.json': '{}' });
    expect(readStudy(folder, CATALOGUE).study.report).toEqual(['table-1', './my-table.json']);
  });

  test('that is not there is refused', async () => {
    const folder = temporaryFolder({ 'study.json': study });
    expect(await errorOf(() => readStudy(folder, CATALOGUE))).toBe(
      `${join(folder, 'study.json')}: report[1]: "./my-table.json"; expected the file of a template, but there is none`,
    );
  });
});

test.each<[string, unknown, RegExp]>([
  [
    'a misspelled name',
    ['tabel-2'],
    /^study\.json: report\[0\]: "tabel-2" is no table or figure of the paper, did you mean "table-2"\?; expected table-1, .*, figure-4, \.\/FILE\.json$/,
  ],
  [
    'a table that the paper has not',
    ['table-8'],
    /^study\.json: report\[0\]: "table-8" is no table or figure of the paper/,
  ],
  ['a name twice', ['table-2', 'table-2'], /^study\.json: report: .*, none of them twice$/],
  ['no list', 'table-2', /^study\.json: report: "table-2"; expected a list/],
  ['no text', [2], /^study\.json: report\[0\]: 2; expected a text/],
])('%s is refused', async (_, report, message) => {
  expect(await errorOf(() => parse({ ...STUDY, report }))).toMatch(message);
});

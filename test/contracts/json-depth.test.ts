// Every reader of JSON refuses what is nested deeper than its stack would bear.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../harness/cli/run-bench.ts';
import { refuseDeepJson } from '../../harness/contracts/json-depth.ts';
import { readJsonArray } from '../../harness/formats/json.ts';
import { parseJsonObject } from '../../harness/formats/json-object.ts';
import { readRecord } from '../../harness/records/store.ts';
import { errorOf } from '../formats/error-of.ts';
import { CATALOGUE } from '../study/sample.ts';
import { parseStudy } from '../../harness/study/read.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const DEEP = `{\n"a": ${nested(200_000)}}`;

it('counts brackets that are open, not those in strings', () => {
  refuseDeepJson(nested(500), 'a.json');
  refuseDeepJson(JSON.stringify({ text: `\\"${nested(600)}`, list: Array(600).fill({}) }), 'a.json');
  refuseDeepJson(`"${'['.repeat(600)}`, 'a.json');
  expect(() => refuseDeepJson(nested(501), 'a.json')).toThrow('a.json:1: JSON nested 501 deep, expected 500 at most');
});

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'rows of a data set': (text) => readJsonArray(Buffer.from(text), 'a.json'),
  'a configuration': (text) => parseJsonObject(text, 'a.json'),
  'a study': (text) => parseStudy(text, 'a.json', CATALOGUE),
  'a record': (text) => readRecord(join(temporaryFolder({ 'a.json': text }), 'a.json')),
  'cases of bench': (text) => readCases(join(temporaryFolder({ 'a.json': text }), 'a.json')),
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('is refused with the line', async () => {
    expect(await errorOf(() => read(DEEP))).toMatch(/a\.json:2: JSON nested 501 deep, expected 500 at most$/);
  });
});

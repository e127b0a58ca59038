// The schema by which editors complete study.json: what it takes for right and for wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { services } from '../../harness/cli/services.ts';
import { statIfThere } from '../../harness/contracts/stat-if-there.ts';
import { expand } from '../../harness/study/expand.ts';
import { studyJsonSchema } from '../../harness/study/json-schema.ts';
import { parse, STUDY } from './sample.ts';

const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));
const STUDIES = readdirSync(RESULTS)
  .map((name) => join(RESULTS, name, 'study.json'))
  .filter((file) => statIfThere(file) !== undefined);

const isStudy = new Ajv({ strict: true }).compile(studyJsonSchema(await services.catalogue(), ['minilm-l6']));
const ENTRY = { method: 'lora', options: { r: 4 }, learningRate: 1e-3 };
const MINE = { name: 'mine', models: ['minilm-l6'], methods: [ENTRY], tasks: ['glue/stsb'], seeds: [0] };

describe('the schema of study.json for editors', () => {
  it.each(STUDIES)('takes %s', (file) => {
    const study: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect([isStudy(study), isStudy.errors]).toEqual([true, null]);
  });

  it('takes the options of the method that an entry names', () => {
    const own = { method: 'xgblora', options: { layersPerBooster: 4 }, learningRate: 1e-3 };
    expect(isStudy({ ...MINE, methods: [ENTRY, own] })).toBe(true);
  });

  it.each([
    ['a method that there is not', { ...MINE, methods: [{ ...ENTRY, method: 'lroa' }] }],
    ["another method's option", { ...MINE, methods: [{ ...ENTRY, options: { layersPerBooster: 4 } }] }],
    ['an option of another kind', { ...MINE, methods: [{ ...ENTRY, options: { r: 'four' } }] }],
    ['a key of training that there is not', { ...MINE, training: { epoch: 1 } }],
  ])('refuses %s', (_what, study) => {
    expect(isStudy(study)).toBe(false);
  });
});

it('changes no run where a study names it', () => {
  expect(expand(parse({ $schema: '../study.schema.json', ...STUDY }))).toEqual(expand(parse(STUDY)));
});

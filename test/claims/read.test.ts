// claims.json: what makes sense is read, and what does not is one line each.
import { describe, expect, test } from 'vitest';
import { readClaims } from '../../harness/claims/read.ts';
import { PAPER_CLAIMS } from '../../harness/claims/templates/paper.ts';
import { REVIEWERS_OBJECTIONS } from '../../harness/claims/templates/objections.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAMES = {
  models: ['minilm-l6'],
  tasks: ['glue/stsb', 'glue/rte'],
  rows: [
    { label: 'lora', method: 'lora' },
    { label: 'XGB 1', method: 'xgblora' },
    { label: 'XGB 2', method: 'xgblora' },
  ],
  methods: [
    { name: 'full', options: [] },
    { name: 'lora', options: ['r', 'alpha'] },
    { name: 'xgblora', options: ['stepsPerBooster'] },
  ],
};
const BETTER = { kind: 'better', name: 'beats', says: 'it beats LoRA', method: 'XGB 2', than: 'lora' };

function read(claims: unknown, template?: 'paper' | 'objections') {
  const folder = temporaryFolder(claims === undefined ? {} : { 'claims.json': JSON.stringify(claims) });
  return readClaims(folder, template, NAMES);
}

describe('claims that make sense', () => {
  test('are read as they are, after those of the templates', () => {
    expect(read({ claims: [BETTER] })).toEqual([BETTER]);
    expect(read({ templates: ['paper'], claims: [BETTER] })).toEqual([...PAPER_CLAIMS, BETTER]);
  });

  test('are those of a template where one is asked for, whatever the study has', () => {
    expect(read(undefined, 'objections')).toEqual(REVIEWERS_OBJECTIONS);
    expect(read({ claims: [BETTER] }, 'paper')).toEqual(PAPER_CLAIMS);
  });

  test('of a template have a name each', () => {
    const names = [...PAPER_CLAIMS, ...REVIEWERS_OBJECTIONS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('claims that make no sense', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'none at all',
      undefined,
      /claims\.json: no such file; expected the claims to judge, or --template paper or objections$/,
    ],
    ['an empty list', { claims: [] }, /claims\.json: claims: missing; expected a claim, or a template$/],
    [
      'a method that is misspelled',
      { claims: [{ ...BETTER, than: 'lroa' }] },
      /claims\.json: claims\[0\]\.than: "lroa" is no method, did you mean "lora"\?; expected /,
    ],
    [
      'a name of two rows',
      { claims: [{ ...BETTER, method: 'xgblora' }] },
      /claims\.json: claims\[0\]\.method: "xgblora" has several rows; expected the label of one: "XGB 1", "XGB 2"$/,
    ],
    [
      'an option that the method has not',
      {
        claims: [
          {
            kind: 'monotone',
            name: 'rank',
            says: 'it rises',
            method: 'lora',
            over: 'options.rank',
            direction: 'rises',
          },
        ],
      },
      /claims\.json: claims\[0\]\.over: "options\.rank" is no key of lora, .*expected learningRate, headLearningRate, options\.r, options\.alpha$/,
    ],
    [
      'a task of another study',
      { claims: [{ ...BETTER, tasks: ['glue/stsb', 'glue/cola'] }] },
      /claims\.json: claims\[0\]\.tasks\[1\]: "glue\/cola" is no task of the study/,
    ],
    [
      'a model of another study',
      { claims: [{ ...BETTER, models: ['minilm'] }] },
      /claims\.json: claims\[0\]\.models\[0\]: "minilm" is no model of the study, did you mean "minilm-l6"\?/,
    ],
    [
      'a method against itself',
      { claims: [{ ...BETTER, method: 'lora' }] },
      /claims\.json: claims\[0\]\.than: "lora"; expected another method than /,
    ],
    ['a name twice', { claims: [BETTER, BETTER] }, /claims: "beats" stands there twice; expected a name of its own/],
    ['a key of another kind', { claims: [{ ...BETTER, to: 'lora' }] }, /claims\.json: claims\[0\]\.to: unknown key/],
    [
      'an unknown kind',
      { claims: [{ ...BETTER, kind: 'beter' }] },
      /claims\.json: claims\[0\]\.kind: "beter", did you mean "better"\?; expected /,
    ],
    ['an unknown template', { templates: ['papers'] }, /claims\.json: templates\[0\]: "papers"/],
  ])('%s', async (_what, claims, message) => {
    expect(await errorOf(() => read(claims))).toMatch(message);
  });
});

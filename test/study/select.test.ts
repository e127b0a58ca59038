import { describe, expect, test } from 'vitest';
import { expand } from '../../harness/study/expand.ts';
import { recordsOfStudy } from '../../harness/study/select.ts';
import { errorOf } from '../formats/error-of.ts';
import { completed, sha } from '../records/sample.ts';
import { parse, STUDY } from './sample.ts';

const study = parse({ ...STUDY, models: ['a'], tasks: ['glue/stsb'], seeds: [0], methods: STUDY.methods.slice(0, 2) });
const { trials, finals } = expand(study);
const [plain, searched] = finals.map(({ candidates }) => candidates.map(({ config }) => config));
const record = (config: Parameters<typeof completed>[0], value = 0.5) => completed(config, value);

describe('the records of a study', () => {
  test('are those of its configurations, whatever else lies in the folder', () => {
    const older = expand(parse({ ...STUDY, training: { epochs: 9 } })).finals.map(({ candidates: [{ config }] }) =>
      record(config),
    );
    const own = [...trials, ...(plain ?? []), ...(searched ?? []).slice(1)].map((config) => record(config));
    const found = recordsOfStudy(study, [...older, ...own]);
    expect(found.trials.map(({ id }) => id)).toEqual(own.slice(0, 2).map(({ id }) => id));
    expect(found.finals.map(({ config }) => config.method.learningRate)).toEqual([1e-4, 3e-3]);
  });

  test('of two final runs of one search, is the one that the trials choose', () => {
    const [low, high] = trials;
    if (low === undefined || high === undefined) throw new Error('expected two trials');
    const both = (searched ?? []).map((config) => record(config));
    const chosen = (a: number, b: number) =>
      recordsOfStudy(study, [record(low, a), record(high, b), ...both]).finals.map(
        ({ config }) => config.method.learningRate,
      );
    expect(chosen(0.9, 0.1)).toEqual([1e-3]);
    expect(chosen(0.1, 0.9)).toEqual([3e-3]);
  });

  describe('of a model that is given by a path', () => {
    const models = (...names: string[]) => ({ ...study, models: names });
    const runs = (name: string, weights: string) =>
      expand(models(name))
        .finals.slice(0, 1)
        .map(({ candidates: [{ config }] }) => {
          const run = record(config);
          return { ...run, model: { ...run.model, sha256: sha(weights) } };
        });
    const found = (names: string[], records: ReturnType<typeof runs>) =>
      recordsOfStudy(models(...names), records).finals.map(({ config }) => config.model);

    test('are found, however it is spelled', () => {
      expect(found(['m'], runs('./m', 'a'))).toEqual(['m']);
      expect(found(['./x/../m'], runs('./m', 'a'))).toEqual(['./x/../m']);
    });

    test('are found where it has moved, by its weights', () => {
      expect(found(['../new/m'], runs('./m', 'a'))).toEqual(['../new/m']);
      expect(found(['../n', '../new/m'], [...runs('../n', 'b'), ...runs('./m', 'a')])).toEqual(['../n', '../new/m']);
    });

    test("are no one's where it could be two", () => {
      expect(found(['../n', '../o'], runs('./m', 'a'))).toEqual([]);
      expect(found(['../n', 'preset'], [...runs('./m', 'a'), ...runs('./o', 'b')])).toEqual([]);
    });
  });

  test('may not be two of one configuration', async () => {
    const [config] = plain ?? [];
    if (config === undefined) throw new Error('expected a final run');
    const one = record(config);
    const twin = { ...one, id: '0'.repeat(16), dataset: { ...one.dataset, sha256: sha('changed') } };
    expect(await errorOf(() => recordsOfStudy(study, [one, twin]))).toBe(
      `runs/${one.id}.json and runs/${twin.id}.json: both are of full, glue/stsb, seed 0, the data changed between them; expected one, move the other away`,
    );
  });
});

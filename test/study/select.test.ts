import { describe, expect, test } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { expand } from '../../harness/study/expand.ts';
import { datasetSha256, runId, TRAINING_SEMANTICS } from '../../harness/study/run-id.ts';
import { recordsOfNoRun, recordsOfStudy } from '../../harness/study/select.ts';
import { full } from '../../methods/full.ts';
import { errorOf } from '../formats/error-of.ts';
import { completed, idOf, sha } from '../records/sample.ts';
import { parse, STUDY } from './sample.ts';

const study = parse({ ...STUDY, models: ['a'], tasks: ['glue/stsb'], seeds: [0], methods: STUDY.methods.slice(0, 2) });
const { trials, finals } = expand(study);
const [plain, searched] = finals.map(({ candidates }) => candidates.map(({ config }) => config));
const unasked = async (): Promise<string> => {
  throw new Error('data and weights are not to be asked');
};
const record = (config: Parameters<typeof completed>[0], value = 0.5) => completed(config, value);

describe('the records of a study', () => {
  test('are those of its configurations, whatever else lies in the folder', async () => {
    const older = expand(parse({ ...STUDY, training: { epochs: 9 } })).finals.map(({ candidates: [{ config }] }) =>
      record(config),
    );
    const own = [...trials, ...(plain ?? []), ...(searched ?? []).slice(1)].map((config) =>
      record(config, config.method.learningRate),
    );
    const found = await recordsOfStudy(study, [...older, ...own], unasked);
    expect(found.trials.map(({ id }) => id)).toEqual(own.slice(0, 2).map(({ id }) => id));
    expect(found.finals.map(({ config }) => config.method.learningRate)).toEqual([1e-4, 3e-3]);
  });

  test('of two final runs of one search, is the one that the trials choose', async () => {
    const [low, high] = trials;
    if (low === undefined || high === undefined) throw new Error('expected two trials');
    const both = (searched ?? []).map((config) => record(config));
    const chosen = async (a: number, b: number) => {
      const found = await recordsOfStudy(study, [record(low, a), record(high, b), ...both], unasked);
      return found.finals.map(({ config }) => config.method.learningRate);
    };
    expect(await chosen(0.9, 0.1)).toEqual([1e-3]);
    expect(await chosen(0.1, 0.9)).toEqual([3e-3]);
  });

  test('have no final run at a rate that the trials reject, and say why', async () => {
    const [low, high] = trials;
    const [rejected] = searched ?? [];
    if (low === undefined || high === undefined || rejected === undefined) throw new Error('expected a search');
    const old = record(rejected);
    const found = await recordsOfStudy(study, [record(low, 0.1), record(high, 0.9), old], unasked);
    expect(found.finals).toEqual([]);
    expect(found.leftOut).toEqual([
      `runs/${old.id}.json (lora, glue/stsb, seed 0) is left out: its trials choose the rate 0.003, not 0.001, and that was not run`,
    ]);
    const both = [...(searched ?? [])].map((config) => record(config));
    expect((await recordsOfStudy(study, [record(low, 0.1), record(high, 0.9), ...both], unasked)).leftOut).toEqual([
      `runs/${old.id}.json (lora, glue/stsb, seed 0) is left out: its trials choose the rate 0.003, not 0.001`,
    ]);
    const unscored = [completed(low, null), completed(high, null), old];
    expect(await recordsOfStudy(study, unscored, unasked)).toMatchObject({
      finals: [],
      leftOut: [`runs/${old.id}.json (lora, glue/stsb, seed 0) is left out: no trial has a score`],
    });
    // Before all trials are there, a rate that was given by hand, in another row, is no result of the search.
    const partly = (final: typeof old) => recordsOfStudy(study, [record(high, 0.9), final], unasked);
    expect((await partly(old)).finals).toEqual([]);
    expect((await partly({ ...old, search: [] })).finals).toHaveLength(1);
  });

  test('of several settings that searches chose have none while trials are missing, and say so', async () => {
    const both = (searched ?? []).map((config) => ({ ...record(config), search: [] }));
    const found = await recordsOfStudy(study, both, unasked);
    expect(found.finals).toEqual([]);
    expect(found.leftOut).toEqual(
      both.map(
        ({ id }) =>
          `runs/${id}.json (lora, glue/stsb, seed 0) is left out: there are runs at the rate 0.001 and the rate 0.003, and trials are missing`,
      ),
    );
  });

  test('tell of the trials that there are, or are named', async () => {
    const [low, high] = trials.map((trial, index) => record(trial, 0.9 - index / 10));
    const [config] = searched ?? [];
    if (low === undefined || high === undefined || config === undefined) throw new Error('expected a search');
    const search = [low, high].map(({ id, config: { method }, metrics }) => ({
      ...{ id, learningRate: method.learningRate, value: metrics.primary.value },
    }));
    const untrue = async (told: typeof search | null) =>
      (await recordsOfStudy(study, [low, high, { ...record(config), search: told }], unasked)).untrueSearches.map(
        ({ line }) => line,
      );
    expect(await untrue(search)).toEqual([]);
    for (const told of [null, search.slice(0, 1), search.toReversed()]) {
      expect(await untrue(told)).toEqual([expect.stringMatching(/^runs\/\w{16}\.json: search: .*; expected \[/)]);
    }
  });

  describe('of a model that is given by a path', () => {
    const models = (...names: string[]) => ({ ...study, models: names });
    const runs = (name: string, weights: string) =>
      expand(models(name))
        .finals.slice(0, 1)
        .map(({ candidates: [{ config }] }) => {
          const run = record(config);
          const sha256 = sha(weights);
          return { ...run, id: idOf(config, sha256), model: { ...run.model, sha256 } };
        });
    const found = async (names: string[], records: ReturnType<typeof runs>) =>
      (await recordsOfStudy(models(...names), records, unasked)).finals.map(({ config }) => config.model);

    test('are found, however it is spelled', async () => {
      expect(await found(['m'], runs('./m', 'a'))).toEqual(['m']);
      expect(await found(['./x/../m'], runs('./m', 'a'))).toEqual(['./x/../m']);
    });

    test('are found where it has moved, by its weights', async () => {
      expect(await found(['../new/m'], runs('./m', 'a'))).toEqual(['../new/m']);
      expect(await found(['../n', '../new/m'], [...runs('../n', 'b'), ...runs('./m', 'a')])).toEqual([
        '../n',
        '../new/m',
      ]);
    });

    test("are no one's where it could be two", async () => {
      expect(await found(['../n', '../o'], runs('./m', 'a'))).toEqual([]);
      expect(await found(['../n', 'preset'], [...runs('./m', 'a'), ...runs('./o', 'b')])).toEqual([]);
    });
  });

  describe('of which two have one configuration', () => {
    const [config] = plain ?? [];
    if (config === undefined) throw new Error('expected a final run');
    const one = record(config);
    const made = (given: { semantics?: number; model?: string; data?: string }): typeof one => {
      const modelSha256 = sha(given.model ?? 'model');
      const files = [{ path: 'train.tsv', sha256: sha(given.data ?? 'train') }];
      const dataSha256 = datasetSha256(files);
      const { semantics = TRAINING_SEMANTICS } = given;
      const id = runId({
        config,
        optionsSchema: full.optionsSchema,
        modelSha256,
        datasetSha256: dataSha256,
        semantics,
      });
      const { model, dataset, code } = one;
      return {
        ...{ ...one, id, code: { ...code, semantics } },
        ...{ model: { ...model, sha256: modelSha256 }, dataset: { ...dataset, sha256: dataSha256, files } },
      };
    };
    const chosen = async (records: readonly (typeof one)[], current: () => Promise<string>) => {
      const { finals: found, leftOut } = await recordsOfStudy(study, records, current);
      return { ids: found.map(({ id }) => id), leftOut };
    };
    const leftOut = (id: string, why: string) =>
      `runs/${id}.json (full, glue/stsb, seed 0) is left out: made with ${why}`;

    test('have the one of newer semantics, in whatever order, without a look at the data', async () => {
      const older = made({ semantics: TRAINING_SEMANTICS - 1, data: 'changed' });
      for (const both of [
        [one, older],
        [older, one],
      ]) {
        expect(await chosen(both, unasked)).toEqual({
          ids: [one.id],
          leftOut: [leftOut(older.id, `other data than those of runs/${one.id}.json`)],
        });
      }
    });

    test.each(['model', 'data'] as const)('have the one of the %s that is here', async (changed) => {
      const other = made({ [changed]: 'changed' });
      for (const [current, old] of [
        [one, other],
        [other, one],
      ] as const) {
        const found = await chosen([one, other], async () => current.id);
        const what = changed === 'model' ? 'weights' : 'data';
        expect(found).toEqual({
          ids: [current.id],
          leftOut: [leftOut(old.id, `other ${what} than those of runs/${current.id}.json`)],
        });
      }
    });

    test('have none where both are older than what is here', async () => {
      const other = made({ data: 'changed' });
      const found = await chosen([one, other], async () => '0'.repeat(16));
      expect(found.ids).toEqual([]);
      expect(found.leftOut).toEqual(
        [one, other].map(({ id }) => leftOut(id, 'other weights or data than there are here')),
      );
    });

    test('are named where the data are not here to tell', async () => {
      const other = made({ data: 'changed' });
      const absent = async (): Promise<string> => {
        throw new InputError('glue/stsb: no data');
      };
      expect(await errorOf(() => recordsOfStudy(study, [one, other], absent))).toBe(
        `runs/${one.id}.json and runs/${other.id}.json: both are of full, glue/stsb, seed 0, data changed between them; expected one of them moved away, or its data and weights to be here: glue/stsb: no data`,
      );
    });

    test('are nothing to a study that has not this configuration', async () => {
      const edited = parse({ ...STUDY, training: { epochs: 9 } });
      const both = [one, made({ data: 'changed' })];
      const found = await recordsOfStudy(edited, both, unasked);
      expect(found).toEqual({ finals: [], trials: [], leftOut: [], untrueSearches: [], strangers: both });
      expect(recordsOfNoRun(edited, both)).toEqual(both);
      expect(recordsOfNoRun(study, both)).toEqual([]);
    });
  });
});

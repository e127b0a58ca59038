// Studies that were recorded before there was more to search than rates keep their records: runs of the same configurations.
import { expect, test } from 'vitest';
import { readRecords, runsFolder } from '../../../harness/records/store.ts';
import { canonicalJson } from '../../../harness/study/canonical-json.ts';
import { essentials } from '../../../harness/study/essentials.ts';
import { expand } from '../../../harness/study/expand.ts';
import { readStudy } from '../../../harness/study/read.ts';
import { recordsOfStudy } from '../../../harness/study/select.ts';
import { TASKS, TRAINING_SETS } from '../../../datasets/index.ts';
import { METHODS } from '../../../methods/index.ts';

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const CATALOGUE = { methods: METHODS, taskIds: ids(TASKS), trainingSetIds: ids(TRAINING_SETS) };

test.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('results/%s', async (name) => {
  const { study, directory } = readStudy(`results/${name}`, CATALOGUE);
  const records = readRecords(runsFolder(directory));
  const found = await recordsOfStudy(study, records, async () => {
    throw new Error('data and weights are not to be asked');
  });
  expect(found).toMatchObject({ leftOut: [], strangers: [] });
  expect([...found.finals, ...found.trials].map(({ id }) => id).sort()).toEqual(ids(records).toSorted());
  // What ids are made of, key by key.
  const schemas = new Map(METHODS.map(({ name, optionsSchema }) => [name, optionsSchema]));
  const textOf = (config: (typeof records)[number]['config']) => {
    const schema = schemas.get(config.method.name);
    return schema && canonicalJson(essentials(config, schema));
  };
  const { trials, finals } = expand(study);
  const own = new Set(
    [...trials, ...finals.flatMap(({ candidates }) => candidates.map(({ config }) => config))].map(textOf),
  );
  for (const { config } of records) expect(own).toContain(textOf(config));
});

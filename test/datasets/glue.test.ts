// GLUE: where data is found, how splits are named, and what is refused. Examples themselves: test/contracts/tasks.test.ts.
import { cpSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { taskById } from '../../datasets/index.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const read = (name: string, ...roots: string[]) => taskById(`glue/${name}`).read(createDataReader(roots));
const counts = async (name: string, ...roots: string[]) => {
  const data = await read(name, ...roots);
  return [data.train.length, ...data.evaluation.map((set) => `${set.name} ${set.examples.length}`)];
};
const PAIRS = 'sentence1\tsentence2\tlabel\n';
const rte = (train: string) => ({ 'RTE/train.tsv': PAIRS + train, 'RTE/dev.tsv': `${PAIRS}a\tb\tentailment\n` });

describe('finds', () => {
  it.each(['glue/CoLA', 'CoLA', 'glue/cola', 'cola'])('tab-separated files in %s', async (folder) => {
    const row = 'gj04\t1\t\tA sentence.\n';
    const root = temporaryFolder({ [`${folder}/train.tsv`]: row + row, [`${folder}/dev.tsv`]: row });
    expect(await counts('cola', root)).toEqual([2, 'validation 1']);
  });

  it.each(['glue/mrpc', 'mrpc', 'MRPC'])('Parquet files in %s', async (folder) => {
    const root = temporaryFolder();
    cpSync(join(fixtures, 'glue/parquet/glue/mrpc'), join(root, folder), { recursive: true });
    expect(await counts('mrpc', root)).toEqual([3, 'validation 2']);
  });

  it("the benchmark's own files before its source's in one folder", async () => {
    const root = temporaryFolder();
    cpSync(join(fixtures, 'glue/tsv/MRPC'), join(root, 'MRPC'), { recursive: true });
    cpSync(join(fixtures, 'glue/sources/MRPC'), join(root, 'MRPC'), { recursive: true });
    expect((await read('mrpc', root)).evaluation[0].name).toBe('validation');
  });

  it('a task in the first folder that has it, in whatever layout', async () => {
    const reader = createDataReader([join(fixtures, 'glue/parquet'), join(fixtures, 'glue/tsv')]);
    await taskById('glue/stsb').read(reader);
    expect(reader.files.every(({ path }) => path.endsWith('.parquet'))).toBe(true);
    expect(reader.files).toHaveLength(4);
  });
});

describe('names the evaluation sets', () => {
  it('matched, then mismatched, for MNLI', async () => {
    for (const root of ['tsv', 'parquet']) {
      expect(await counts('mnli', join(fixtures, 'glue', root))).toEqual([4, 'matched 2', 'mismatched 3']);
    }
  });

  it('test for the paraphrase corpus of 2005, which has no development part', async () => {
    expect(await counts('mrpc', join(fixtures, 'glue/sources'))).toEqual([3, 'test 2']);
  });

  it.each(['mrpc_dev_ids.tsv', 'dev_ids.tsv'])('validation for its pairs that %s lists', async (list) => {
    const root = temporaryFolder();
    cpSync(join(fixtures, 'glue/listed/MRPC'), join(root, 'MRPC'), { recursive: true });
    renameSync(join(root, 'MRPC/mrpc_dev_ids.tsv'), join(root, 'MRPC', list));
    const reader = createDataReader([root]);
    await taskById('glue/mrpc').read(reader);
    expect(await counts('mrpc', root)).toEqual([3, 'validation 2']);
    expect(reader.files.map(({ path }) => path)).toEqual(['MRPC/msr_paraphrase_train.txt', `MRPC/${list}`]);
  });
});

describe('QQP', () => {
  const header = 'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n';
  const qqp = (train: string) => ({
    'QQP/train.tsv': header + train,
    'QQP/dev.tsv': `${header}1\t1\t2\ta?\tb?\t0\n`,
  });

  it('passes over rows torn apart by line breaks and keeps empty questions, as its published copies do', async () => {
    const torn = '1\t1\t2\ta?\tb\n?\t1\n2\t1\t2\tc?\t\t0\n3\t1\t2\td?\te?\t\n4\t1\t2\tf?\tg?\t1\n';
    const { train } = await read('qqp', temporaryFolder(qqp(torn)));
    expect(train).toEqual([
      { id: 'train-0', texts: ['c?', ''], label: 0 },
      { id: 'train-1', texts: ['f?', 'g?'], label: 1 },
    ]);
  });

  it('refuses a label that is not one', async () => {
    const root = temporaryFolder(qqp('1\t1\t2\ta?\tb?\t7\n'));
    await expect(read('qqp', root)).rejects.toThrow(
      new InputError(`${root}/QQP/train.tsv:2: label "7", expected 0 (not_duplicate) or 1 (duplicate)`),
    );
  });
});

describe('refuses, naming file and line', () => {
  const refuses = async (name: string, files: Record<string, string | Buffer>, message: string) => {
    const root = temporaryFolder(files);
    await expect(read(name, root)).rejects.toThrow(new InputError(message.replaceAll('ROOT', root)));
  };

  it('data that is nowhere, saying where it looked and for what', () =>
    refuses(
      'stsb',
      {},
      'glue/stsb: no data in ROOT; expected a folder glue/STS-B or STS-B or glue/stsb or stsb with train.tsv and dev.tsv, or sts-train.csv and sts-dev.csv, or train-00000-of-00001.parquet and validation-00000-of-00001.parquet (Hugging Face; one or more shards a split) (--data DIR, or PEFTBENCH_DATA in the environment, names another place)',
    ));

  it('a folder with one of two files, though another data folder has both', async () => {
    const root = temporaryFolder({ 'RTE/train.tsv': `${PAIRS}a\tb\tentailment\n` });
    await expect(read('rte', root, join(fixtures, 'glue/tsv'))).rejects.toThrow(
      new InputError(`${root}/RTE: no dev.tsv, expected train.tsv and dev.tsv`),
    );
  });

  it('a missing shard', async () => {
    const root = temporaryFolder();
    cpSync(join(fixtures, 'glue/parquet/glue/stsb'), join(root, 'stsb'), { recursive: true });
    rmSync(join(root, 'stsb/train-00001-of-00003.parquet'));
    await expect(read('stsb', root)).rejects.toThrow(/stsb: no train-00001-of-00003\.parquet, expected /);
  });

  it('an empty file', () =>
    refuses('rte', { ...rte(''), 'RTE/train.tsv': '' }, 'ROOT/RTE/train.tsv: the file is empty'));

  it('a file with no rows', () => refuses('rte', rte(''), 'ROOT/RTE/train.tsv: no rows'));

  it('a row with a column too few', () =>
    refuses('rte', rte('a\tb\n'), 'ROOT/RTE/train.tsv:2: 2 tab-separated columns, expected 3'));

  const listed = (ids: string, train = '1\t11\t12\ta\tb\n0\t21\t22\tc\td\n') => ({
    'MRPC/msr_paraphrase_train.txt': `Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n${train}`,
    'MRPC/mrpc_dev_ids.tsv': ids,
  });

  it.each([
    [
      'that is not among the training pairs',
      '21\t22\n11\t22\n',
      'mrpc_dev_ids.tsv:2: pair 11 and 22, expected the ids of a pair in msr_paraphrase_train.txt',
    ],
    ['twice', '21\t22\n21\t22\n', 'mrpc_dev_ids.tsv:2: pair 21 and 22 again, expected each pair once'],
    ['of one', '21\n', 'mrpc_dev_ids.tsv:1: 1 tab-separated columns, expected 2'],
  ])('a list with a development pair %s', (_, ids, message) => refuses('mrpc', listed(ids), `ROOT/MRPC/${message}`));

  it('a list of all pairs, which leaves none to train on', () =>
    refuses(
      'mrpc',
      listed('11\t12\n21\t22\n'),
      'ROOT/MRPC/mrpc_dev_ids.tsv: lists every pair of msr_paraphrase_train.txt, expected some that are not of the development set',
    ));

  it('a list without the pairs', () =>
    refuses(
      'mrpc',
      { 'MRPC/mrpc_dev_ids.tsv': '21\t22\n' },
      'ROOT/MRPC: no msr_paraphrase_train.txt, expected msr_paraphrase_train.txt and mrpc_dev_ids.tsv or dev_ids.tsv',
    ));

  it('a missing column', () =>
    refuses(
      'rte',
      { ...rte(''), 'RTE/train.tsv': 'sentence1\thypothesis\tlabel\na\tb\tentailment\n' },
      'ROOT/RTE/train.tsv:1: no column "sentence2" in the header, which has "sentence1", "hypothesis", "label"',
    ));

  it.each(['maybe', '0', '', 'Entailment'])('an unknown class %j', (label) =>
    refuses(
      'rte',
      rte(`a\tb\tentailment\na\tb\t${label}\n`),
      `ROOT/RTE/train.tsv:3: label "${label}", expected entailment or not_entailment`,
    ),
  );

  it.each(['2', '-1', '1.0', 'positive'])('an unknown class index %s', (label) =>
    refuses(
      'sst2',
      { 'SST-2/train.tsv': `sentence\tlabel\na\t${label}\n`, 'SST-2/dev.tsv': 'sentence\tlabel\na\t1\n' },
      `ROOT/SST-2/train.tsv:2: label "${label}", expected 0 (negative) or 1 (positive)`,
    ),
  );

  it.each(['NaN', 'Infinity', '', 'high', '5.001', '-0.1'])('a score %j', (score) =>
    refuses(
      'stsb',
      {
        'STS-B/sts-train.csv': `main-news\theadlines\t2013\t1\t${score}\ta\tb\n`,
        'STS-B/sts-dev.csv': 'main-news\theadlines\t2013\t1\t5.0\ta\tb\n',
      },
      `ROOT/STS-B/sts-train.csv:1: score "${score}", expected a number from 0 to 5`,
    ),
  );

  it('an empty text', () =>
    refuses('rte', rte('a\t \tentailment\n'), 'ROOT/RTE/train.tsv:2: text " ", expected a text that is not empty'));

  const PARQUET = 'train-00000-of-00001.parquet';
  it.each([
    ['mrpc', 'hidden-label', 'row 2: label -1, expected 0 (not_equivalent) or 1 (equivalent)'],
    ['mrpc', 'missing-label', 'row 2: label null, expected 0 (not_equivalent) or 1 (equivalent)'],
    ['mrpc', 'missing-text', 'row 2: text null, expected a text that is not empty'],
    ['mrpc', 'empty-text', 'row 2: text " ", expected a text that is not empty'],
    ['stsb', 'nan-score', 'row 2: score NaN, expected a number from 0 to 5'],
  ])('Parquet of %s with a %s', (name, file, message) => {
    const train = readFileSync(join(fixtures, `parquet/invalid/${file}.parquet`));
    return refuses(name, { [`${name}/${PARQUET}`]: train }, `ROOT/${name}/${PARQUET}, ${message}`);
  });

  it('Parquet without rows', () => {
    const train = readFileSync(join(fixtures, 'parquet/invalid/no-rows.parquet'));
    return refuses('mrpc', { [`mrpc/${PARQUET}`]: train }, 'ROOT/mrpc: no rows in the train split');
  });
});

// The readers that are fuzzed: one row a reader and form of a file.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TASKS, TRAINING_SETS } from '../../datasets/index.ts';
import { checkStudy } from '../../harness/cli/check-study.ts';
import { readTask } from '../../harness/cli/read-task.ts';
import { readCases } from '../../harness/cli/run-bench.ts';
import { rulesOf } from '../../harness/cli/study-tables.ts';
import { openGguf } from '../../harness/formats/gguf.ts';
import { ggufTokenizer } from '../../harness/formats/gguf-tokenizer.ts';
import { readJsonObject } from '../../harness/formats/json-object.ts';
import { readParquet } from '../../harness/formats/parquet.ts';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { createTokenizer } from '../../harness/formats/tokenizer.ts';
import { applyAdapter } from '../../harness/models/adapter-folder.ts';
import { countBase } from '../../harness/models/count.ts';
import { loadDecoder, loadEncoder, openModel } from '../../harness/models/load.ts';
import { aggregate } from '../../harness/report/aggregate.ts';
import { readRecords } from '../../harness/records/store.ts';
import { expand } from '../../harness/study/expand.ts';
import { readStudy } from '../../harness/study/read.ts';
import { METHODS } from '../../methods/index.ts';
import { fixturePath, tinyDecoder } from '../fixtures.ts';
import { checkParameters, checkSpec, checkTask, checkTensors, checkTokenizer } from './checks.ts';
import { bertGguf, fixtures, mmluFiles, quantizedLlama, recordFiles, type Seeds, seedOf } from './seeds.ts';

export interface Target {
  /** `reader/form`. */
  readonly name: string;
  /** Files that are mutated, by path below the target's folder. */
  readonly seeds: Seeds;
  /** Files beside them that are not. */
  readonly beside?: Readonly<Record<string, Buffer>>;
  /** Reads everything. @throws InputError, and for an answer that cannot be right WrongAnswer */
  read(folder: string): Promise<void> | void;
}

const results = (path: string): string => fileURLToPath(new URL(`../../results/${path}`, import.meta.url));

/** Opens a model and reads its weights, in each precision asked for; what was loaded is given back. */
async function readModel(path: string, precisions: readonly ('f32' | 'f16' | 'q8' | 'q4')[] = ['f32']): Promise<void> {
  const { files, spec } = await openModel(path, undefined);
  checkTokenizer(files.tokenizer);
  countBase(spec);
  for (const precision of precisions) {
    const model = spec.family === 'encoder' ? loadEncoder({ files, spec }) : loadDecoder({ files, spec, precision });
    checkParameters(model.parameters);
    model.dispose();
  }
  checkSpec(spec);
}

const folderOf = (name: string): Target => ({
  name: `model/${name.replace(/.*\//, '')}`,
  seeds: fixtures(name, ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors']),
  read: (folder) => readModel(folder),
});

/** Each of the files by itself, so that each gets its share. */
const eachFile = (target: Target): Target[] =>
  Object.keys(target.seeds).map((file) => ({
    ...target,
    name: `${target.name}/${file}`,
    seeds: { [file]: target.seeds[file] as Seeds[string] },
    beside: Object.fromEntries(
      Object.entries(target.seeds)
        .filter(([other]) => other !== file)
        .map(([other, { bytes }]) => [other, bytes]),
    ),
  }));

const taskTarget = (reader: string, id: string, seeds: Seeds): Target => ({
  name: `${reader}/${id.replace(/.*\//, '')}`,
  seeds,
  read: async (folder) => checkTask((await readTask({ id }, [folder])).data),
});

/** The fixtures of a task's layout, where the task looks for them. */
const taskSeeds = (fixture: string, folder: string): Seeds =>
  Object.fromEntries(Object.entries(fixtures(fixture)).map(([name, seed]) => [`${folder}/${name}`, seed]));

const GLUE = TASKS.filter(({ id }) => id.startsWith('glue/'));
const GLUE_TARGETS = [
  ...GLUE.map(({ id, title }) => taskTarget('glue-tsv', id, taskSeeds(`glue/tsv/${title}`, title))),
  ...GLUE.filter(({ title }) => existsSync(fixturePath(`glue/sources/${title}`))).map(({ id, title }) =>
    taskTarget('glue-source', id, taskSeeds(`glue/sources/${title}`, title)),
  ),
  taskTarget('glue-listed', 'glue/mrpc', taskSeeds('glue/listed/MRPC', 'MRPC')),
  ...GLUE.map(({ id }) => taskTarget('glue-parquet', id, taskSeeds(`glue/parquet/${id}`, id))),
];

const PARQUET_TARGETS = ['none', 'snappy', 'gzip', 'brotli'].map(
  (codec): Target => ({
    name: `parquet/${codec}`,
    seeds: fixtures('parquet', [`${codec}.parquet`]),
    async read(folder) {
      const path = join(folder, `${codec}.parquet`);
      await readParquet(readFileSync(path), path, ['text', 'label']);
    },
  }),
);

const COMMONSENSE_FOLDERS = {
  boolq: 'boolq',
  piqa: 'piqa',
  siqa: 'social_i_qa',
  hellaswag: 'hellaswag',
  winogrande: 'winogrande',
  'arc-easy': 'ARC-Easy',
  'arc-challenge': 'ARC-Challenge',
  openbookqa: 'openbookqa',
};
const COMMONSENSE_TARGETS = Object.entries(COMMONSENSE_FOLDERS).map(([name, folder]) =>
  taskTarget('commonsense', `commonsense/${name}`, taskSeeds(`commonsense/${folder}`, folder)),
);

const MMLU_MUTATED = 'mmlu/test/virology_test.csv';
const mmlu = mmluFiles();

const catalogue = {
  methods: METHODS,
  taskIds: TASKS.map(({ id }) => id),
  trainingSetIds: TRAINING_SETS.map(({ id }) => id),
};

const AUDIT_RULES = `{
  "rules": [
    {
      "name": "decay",
      "key": "config.training.weightDecay",
      "is": 0.01,
      "when": { "config.method.name": "lora" },
      "level": "error",
      "why": "ours always decay"
    }
  ],
  "lower": [{ "rule": "scale", "to": "off", "reason": "the rates are tuned" }]
}
`;

export const TARGETS: readonly Target[] = [
  {
    name: 'safetensors/single',
    seeds: fixtures('safetensors', ['single.safetensors']),
    read: (folder) => checkTensors(openSafetensors(join(folder, 'single.safetensors')), ['positions']),
  },
  {
    name: 'safetensors/sharded',
    seeds: fixtures('safetensors', [
      'model.safetensors.index.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]),
    read: (folder) => checkTensors(openSafetensors(join(folder, 'model.safetensors.index.json'))),
  },
  {
    name: 'gguf/types',
    seeds: fixtures('gguf', ['types.gguf']),
    read(folder) {
      const file = openGguf(join(folder, 'types.gguf'));
      checkTensors(file);
      for (const name of file.names) for (const precision of ['q8', 'q4'] as const) file.readPacked?.(name, precision);
    },
  },
  { name: 'gguf/bert', seeds: { 'model.gguf': await bertGguf() }, read: (folder) => readModel(folder) },
  { name: 'gguf/llama', seeds: fixtures('decoder', ['llama.gguf']), read: (folder) => readModel(folder) },
  {
    name: 'gguf/llama-q8',
    seeds: { 'model.gguf': quantizedLlama() },
    read: (folder) => readModel(folder, ['f32', 'f16', 'q8', 'q4']),
  },
  {
    name: 'gguf/sentencepiece',
    seeds: fixtures('decoder', ['sentencepiece.gguf']),
    read: (folder) => checkTokenizer(ggufTokenizer(openGguf(join(folder, 'sentencepiece.gguf')))),
  },
  ...['encoder/tiny-bert', 'encoder/tiny-roberta', 'decoder/llama'].flatMap((name) => eachFile(folderOf(name))),
  ...['decoder/metaspace', 'tokenizer/roberta'].map(
    (name): Target => ({
      name: `tokenizer/${name.replace(/.*\//, '')}`,
      seeds: fixtures(name, ['tokenizer.json']),
      read(folder) {
        const path = join(folder, 'tokenizer.json');
        checkTokenizer(createTokenizer(readJsonObject(path), { pad_token: '</s>' }, path));
      },
    }),
  ),
  ...eachFile({
    name: 'adapter',
    seeds: fixtures('decoder/tiny-llama/adapter', ['adapter_config.json', 'adapter_model.safetensors']),
    read(folder) {
      const decoder = tinyDecoder('tiny-llama');
      try {
        applyAdapter(folder, decoder);
        for (const { variable } of decoder.parameters)
          if (!variable.dataSync().every(Number.isFinite)) throw new Error('a weight is not finite');
      } finally {
        decoder.dispose();
      }
    },
  }),
  ...GLUE_TARGETS,
  ...PARQUET_TARGETS,
  ...COMMONSENSE_TARGETS,
  {
    ...taskTarget('csv', 'mmlu', { [MMLU_MUTATED]: seedOf(MMLU_MUTATED, mmlu[MMLU_MUTATED] as Buffer) }),
    beside: mmlu,
  },
  ...['quick', 'commonsense-smollm2'].map(
    (study): Target => ({
      name: `study/${study}`,
      seeds: { 'study.json': seedOf('study.json', readFileSync(results(`${study}/study.json`))) },
      read(folder) {
        expand(readStudy(folder, catalogue).study);
      },
    }),
  ),
  {
    name: 'bench/cases',
    seeds: { 'cases.json': seedOf('cases.json', readFileSync(results('performance/cases.json'))) },
    async read(folder) {
      await readCases(join(folder, 'cases.json'));
    },
  },
  {
    name: 'audit/rules',
    seeds: { 'audit.json': seedOf('audit.json', Buffer.from(AUDIT_RULES)) },
    read(folder) {
      rulesOf(folder);
    },
  },
  {
    name: 'records/check',
    seeds: recordFiles(),
    async read(folder) {
      const { study } = readStudy(results('quick'), catalogue);
      await checkStudy(study, folder, METHODS, async () => '');
    },
  },
  {
    name: 'records/run',
    seeds: recordFiles(),
    read(folder) {
      aggregate(readRecords(folder));
    },
  },
];

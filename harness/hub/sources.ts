// Where a study's weights and data come from: sources.json beside its study.json.
import Type, { type Static } from 'typebox';
import { Faults, InputError } from '../contracts/input-error.ts';
import { check } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import { requireWithin } from './path-fault.ts';

const closed = { additionalProperties: false };

const RepoSchema = Type.String({
  pattern: '^\\w[\\w.-]*(/\\w[\\w.-]*)?$',
  description: 'as the hub names it: org/name',
});
const RevisionSchema = Type.String({
  pattern: '^\\w[\\w.-]*(/\\w[\\w.-]*)*$',
  description: 'a commit, in 40 hexadecimal digits; or a branch or tag, in whose place `fetch --pin` writes its commit',
});
export const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' });
const ChecksumsSchema = Type.Optional(
  Type.Record(Type.String(), Sha256Schema, { description: 'of files, by their path on the hub' }),
);
const path = Type.String({ minLength: 1 });

export const ModelSourceSchema = Type.Object(
  {
    repo: RepoSchema,
    revision: RevisionSchema,
    files: Type.Optional(
      Type.Array(path, {
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description:
          'paths on the hub; * and ? stand for any characters but /, ** for any at all; where nothing is said, what a model needs: config.json, tokenizer.json, tokenizer_config.json and its weights as safetensors',
      }),
    ),
    sha256: ChecksumsSchema,
  },
  closed,
);
export type ModelSource = Static<typeof ModelSourceSchema>;

const DatasetSourceSchema = Type.Object(
  {
    repo: RepoSchema,
    revision: RevisionSchema,
    files: Type.Record(Type.String(), path, { description: 'paths below the data folder, by path on the hub' }),
    sha256: ChecksumsSchema,
  },
  closed,
);
export type DatasetSource = Static<typeof DatasetSourceSchema>;

export const SourcesSchema = Type.Object(
  {
    models: Type.Optional(
      Type.Record(Type.String(), ModelSourceSchema, { description: 'by the name that the study has for the model' }),
    ),
    datasets: Type.Optional(
      Type.Record(Type.String(), DatasetSourceSchema, {
        description: 'by task, training set or suite: glue/cola, glue',
      }),
    ),
  },
  closed,
);

export interface Sources {
  readonly models: Readonly<Record<string, ModelSource>>;
  readonly datasets: Readonly<Record<string, DatasetSource>>;
}

/** @throws InputError naming of every fault the file, the key, the value and what was expected */
export function readSources(file: string): Sources {
  const read = check(SourcesSchema, parseWrittenJson(readText(file), file), { file });
  const sources: Sources = { models: {}, datasets: {}, ...read };
  const faults = new Faults();
  const requireSafe = (path: string, key: string): void => {
    faults.of(() => requireWithin(path, `${file}: ${key}`));
  };
  for (const [name, { files = [] }] of Object.entries(sources.models)) {
    for (const [index, path] of files.entries()) requireSafe(path, `models.${name}.files[${index}]`);
  }
  for (const [name, { files }] of Object.entries(sources.datasets)) {
    const targets = new Set<string>();
    for (const [path, target] of Object.entries(files)) {
      const key = `datasets.${name}.files.${path}`;
      requireSafe(path, key);
      requireSafe(target, key);
      if (targets.has(target)) {
        faults.add(
          new InputError(
            `${file}: ${key}: ${JSON.stringify(target)} stands there twice; expected a path for each file`,
          ),
        );
      }
      targets.add(target);
    }
  }
  faults.throw();
  return sources;
}

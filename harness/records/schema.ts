// The record of one run: what was run, what came out, what it cost, and the hashes by which anyone can check it.
// One source: ajv validates with this schema on write and on read, TypeScript derives its types from it.
import Type, { type Static } from 'typebox';
import { RunConfigSchema } from '../contracts/run-config.ts';
import { closed, count, nullable, number, object, sha256, text } from './fields.ts';
import { ResultsSchema } from './results-schema.ts';

export type { AskedSet, Collapsed, Merge, Results, Scoring, Update } from './results-schema.ts';

/** Raised when a record's shape changes; records of older versions are read through migrate.ts. */
export const RECORD_SCHEMA_VERSION = 4;

/** Those that are read. */
export const SchemaVersion = Type.Enum([1, 2, 3, RECORD_SCHEMA_VERSION], {
  description: 'the version in which the record was written',
});

const shared = {
  schemaVersion: SchemaVersion,
  id: Type.String({
    pattern: '^[0-9a-f]{16}$',
    description: 'hash of configuration, weights, data and training semantics',
  }),
  study: text('the name of the study that it was made for'),
  config: RunConfigSchema,
  seed: count('as in config'),
  model: Type.Object(
    {
      name: text('as in config'),
      family: text('encoder or decoder'),
      sha256: sha256('of its files'),
      totalParams: count('its parameters'),
    },
    object('the base model'),
  ),
  dataset: Type.Object(
    {
      task: text('as in config'),
      sha256: sha256('of its files'),
      train: Type.Object(
        { read: count('training examples as read'), drawn: nullable(count('those drawn to be trained on')) },
        object('the training split'),
      ),
      evaluation: Type.Object(
        {
          read: count('examples of all evaluation sets as read'),
          scored: nullable(
            Type.Array(Type.Object({ set: text('its name'), examples: count('of it that were scored') }, closed), {
              description: 'of each set those that were scored; of a trial, held-out training examples',
            }),
          ),
        },
        object('the evaluation sets'),
      ),
      overlap: nullable(
        Type.Object(
          {
            exact: count('evaluation examples that are in the training split word for word'),
            near: count('others that nearly are'),
          },
          object('evaluation examples that repeat training examples'),
        ),
      ),
      files: Type.Array(
        Type.Object({ path: text('below its data folder'), sha256: sha256('of its content') }, closed),
        { description: 'every file that was read' },
      ),
    },
    object('the data'),
  ),
  search: nullable(
    Type.Array(
      Type.Object(
        {
          id: text("the trial's id"),
          learningRate: number('that it tried'),
          values: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), {
              description: 'by key, what was searched; absent where that is the learning rate alone',
            }),
          ),
          examples: Type.Optional(
            count('training examples asked for, where the search tries settings on several numbers of them'),
          ),
          value: nullable(number('its score on held-out training examples; null where it has none')),
        },
        closed,
      ),
      { description: 'for a run that was searched for, the trials it was chosen from; else null' },
    ),
  ),
  environment: Type.Object(
    {
      backend: text('what computed'),
      device: text('what it computed on'),
      threads: count('of the run'),
      runtime: text('the tensor runtime and its version'),
      node: text('the version of Node'),
      platform: text('operating system and architecture'),
      cpu: text('the name of the processor'),
      cores: count('of the machine'),
      memoryBytes: count('of the machine'),
      jobs: nullable(count('runs that were executed at once')),
    },
    object('where it was made'),
  ),
  code: Type.Object(
    {
      version: text('of the project'),
      commit: nullable(text('of the repository; null where there is none')),
      dirty: nullable(Type.Boolean({ description: 'whether sources differed from the commit' })),
      semantics: nullable(count('version of the training semantics: what configurations mean')),
      sourcesSha256: nullable(sha256("of the sources of the run's process, all but methods/")),
      methodSha256: nullable(sha256("of the method's file and what it imports of methods/")),
    },
    object('what made it'),
  ),
};

const WHY = 'why there is no result, and where it stopped; null where the run completed';

/** The step at which a run stopped, and why in one line. */
const ErrorSchema = Type.Object(
  { message: text('why, in one line'), step: nullable(count('at which it stopped; null where it took none')) },
  object(WHY),
);

export const RecordSchema = Type.Union([
  Type.Object(
    {
      ...shared,
      status: Type.Literal('completed', { description: 'what became of the run' }),
      ...ResultsSchema.properties,
      error: Type.Null({ description: WHY }),
    },
    closed,
  ),
  Type.Object(
    {
      ...shared,
      status: Type.Union([Type.Literal('failed'), Type.Literal('diverged')], { description: 'what became of the run' }),
      losses: Type.Array(Type.Number(), { description: 'of the steps before' }),
      error: ErrorSchema,
    },
    closed,
  ),
]);
export type RunRecord = Static<typeof RecordSchema>;
export type CompletedRecord = Extract<RunRecord, { status: 'completed' }>;
export type UnfinishedRecord = Exclude<RunRecord, CompletedRecord>;

/** One line of `<id>.predictions.jsonl`. */
export const PredictionSchema = Type.Object(
  {
    set: text('the evaluation set'),
    id: text('of the example'),
    label: number('what is right: the index of a class or an option, or a score'),
    prediction: number('what was answered; -1 where a generated text names no answer'),
    scores: Type.Array(Type.Number(), {
      description:
        'logits of the classes, the score of a regression, or one score per option; empty where a text was generated',
    }),
    predictionNorm: Type.Optional(
      number('of the protocol likelihood: the option of the greatest log-likelihood per character'),
    ),
    text: Type.Optional(text('what was generated')),
  },
  closed,
);
export type Prediction = Static<typeof PredictionSchema>;

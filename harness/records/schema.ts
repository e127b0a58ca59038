// The record of one run: what was run, what came out, what it cost, and the hashes by which anyone can check it.
// One source: ajv validates with this schema on write and on read, TypeScript derives its types from it.
import Type, { type Static, type TSchema } from 'typebox';
import { ROLES } from '../contracts/model.ts';
import { RunConfigSchema } from '../contracts/run-config.ts';
import { OVERALL } from '../metrics/over-sets.ts';

/** Raised when a record's shape changes; records of older versions are read through migrate.ts. */
export const RECORD_SCHEMA_VERSION = 4;

/** Those that are read. */
export const SchemaVersion = Type.Enum([1, 2, 3, RECORD_SCHEMA_VERSION], {
  description: 'the version in which the record was written',
});

const closed = { additionalProperties: false };
const object = (description: string) => ({ ...closed, description });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const number = (description: string) => Type.Number({ description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const seconds = (description: string) => Type.Number({ minimum: 0, description });
const ratio = (description: string) => Type.Number({ minimum: 0, description });
const text = (description: string) => Type.String({ description });
const sha256 = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });

/** How metrics are taken over several evaluation sets: see harness/metrics/over-sets.ts. */
const ScoringSchema = Type.Object(
  {
    overall: Type.Enum(OVERALL, { description: 'how several evaluation sets become one figure' }),
    groups: Type.Record(Type.String(), Type.Array(Type.String()), {
      description: 'sets that have a figure together, by the name of the group',
    }),
  },
  object('how the metrics follow from the predictions; null in records of version 2 and before, which do not tell'),
);
export type Scoring = Static<typeof ScoringSchema>;

const metricValues = (description: string) =>
  Type.Record(Type.String(), nullable(Type.Number()), { description });

const CollapsedSchema = Type.Object(
  {
    overall: Type.Boolean({ description: 'of the predictions that the primary metric is taken over' }),
    sets: Type.Array(Type.String(), { description: 'the evaluation sets whose own predictions hardly vary' }),
  },
  object('whether predictions hardly vary; null in records of version 3 and before'),
);
export type Collapsed = Static<typeof CollapsedSchema>;

/** What the base's maps were changed by: see harness/training/measure/weight-change.ts. */
const UpdateSchema = Type.Object(
  {
    maps: nullable(
      ratio(
        'Frobenius norm of the change of all linear maps of the layers, over that of their weights before; null where these are 0',
      ),
    ),
    roles: Type.Array(
      Type.Object(
        {
          role: Type.Enum(ROLES, { description: 'of the maps' }),
          norm: nullable(
            ratio('Frobenius norm of their change, over that of their weights before; null where these are 0'),
          ),
          rank: nullable(ratio('mean effective rank of the changes of those that changed; null where none did')),
        },
        closed,
      ),
      { description: 'the same by role' },
    ),
    others: nullable(ratio('the same of the parameters beside the maps that were trained whole; null where none was')),
  },
  object('how far the weights went; null in records of version 3 and before'),
);
export type Update = Static<typeof UpdateSchema>;

/** Changes of the base for good that came together: see harness/training/measure/merge-audit.ts. */
const MergeSchema = Type.Object(
  {
    step: count('steps taken before it'),
    layers: Type.Array(Type.Integer({ minimum: 0 }), { description: 'indices of the layers that it changes, from 0' }),
    norm: ratio('Frobenius norm of what is added to the weights, as it was asked for'),
    logits: nullable(ratio('the largest change of a logit on a small fixed batch; null where one is not finite')),
    freshOptimizer: nullable(
      Type.Boolean({
        description:
          'whether the optimiser has no moments of what the method trains from here on; null where that is nothing',
      }),
    ),
  },
  closed,
);
export type Merge = Static<typeof MergeSchema>;

const ResultsSchema = Type.Object(
  {
    params: Type.Object(
      {
        trainable: count("the method's parameters that are trained at once"),
        trainableCumulative: count(
          "the method's parameters over the run: an adapter counts each time it is drawn anew",
        ),
        stored: count('parameters needed beside the base model to store what was learned'),
        storedBytes: nullable(
          count('bytes of these as they are written, in 32-bit floats; null in records of version 3 and before'),
        ),
        head: count("the task head's parameters, trained alike by every method"),
        total: count("the base model's parameters"),
      },
      object('numbers of parameters'),
    ),
    metrics: Type.Object(
      {
        primary: Type.Object(
          { name: text('of the metric'), value: nullable(number('null where the metric is undefined')) },
          object("the task's primary metric, over its evaluation sets"),
        ),
        all: metricValues('`<metric>` of the first evaluation set, `<set>/<metric>` of the others; null where one is undefined'),
        scoring: nullable(ScoringSchema),
      },
      object('scores of the predictions'),
    ),
    trained: Type.Object(
      {
        steps: count('steps taken'),
        examples: nullable(count('examples seen in them, each as often as it was; null where the record does not tell')),
        tokens: nullable(count('tokens seen in them, without padding; null in records of version 3 and before')),
      },
      object('how long the run was trained'),
    ),
    asked: nullable(
      Type.Array(
        Type.Object(
          {
            set: text('the evaluation set'),
            promptsSha256: sha256('of its prompts'),
            tokensSha256: sha256('of the tokens that they became'),
          },
          closed,
        ),
        { description: 'hashes of what the model was asked; null in records of version 3 and before' },
      ),
    ),
    collapsed: nullable(CollapsedSchema),
    unreadable: nullable(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'the share of generated answers that no rule could read; null where nothing was generated',
      }),
    ),
    merges: nullable(
      Type.Array(MergeSchema, {
        description:
          'merges into the base, in the order of the steps; empty where a method merges nothing, null in records of version 3 and before',
      }),
    ),
    update: nullable(UpdateSchema),
    forgetting: nullable(
      Type.Object(
        {
          before: nullable(number('before training; null where it is not finite')),
          after: nullable(number('after training; null where it is not finite')),
        },
        object("a decoder's mean loss per token on a fixed text, before and after training; null for an encoder"),
      ),
    ),
    evaluations: Type.Array(
      Type.Object({ step: count('steps taken before it'), metrics: metricValues('as metrics.all') }, closed),
      { description: 'scores during training, where asked for, and the last ones' },
    ),
    selection: Type.Optional(
      Type.Object(
        {
          examples: count('training examples held out for it'),
          step: count('of the best score'),
          scores: Type.Array(
            Type.Object(
              {
                step: count('steps taken before it'),
                value: nullable(number('of the primary metric; null where it is undefined')),
              },
              closed,
            ),
            { description: 'in the order of the steps' },
          ),
        },
        object(
          'where the evaluated weights were the best on held-out training examples; absent where the last weights are evaluated',
        ),
      ),
    ),
    losses: Type.Array(Type.Number(), { description: "the loss of every step, before the step's update" }),
    memory: Type.Object(
      {
        peakRss: count('bytes of the process at its largest, as the operating system counts them'),
        rss: nullable(
          Type.Object(
            { mean: ratio('over the steps'), p95: ratio('over the steps'), n: count('steps') },
            object("the process's bytes at the end of each training step; null where nothing was trained"),
          ),
        ),
        weights: count("bytes of the base model's parameters"),
        trainState: count("bytes of what is trained, its gradients and the optimiser's moments, at once"),
        activationsPlanned: nullable(count('bytes of activations that the backend planned; null where it plans none')),
        device: nullable(
          count('bytes on the accelerator at the largest; null on the cpu, and where the runtime does not tell'),
        ),
      },
      object('bytes'),
    ),
    time: Type.Object(
      {
        secondsPerBatch: nullable(
          Type.Object(
            {
              median: seconds('of the steps'),
              mean: seconds('of the steps'),
              p05: seconds('their 5th percentile'),
              p95: seconds('their 95th percentile'),
              n: count('steps that were timed'),
              warmup: count('first steps that are left out'),
            },
            object('per training step, without the compilations counted apart; null where nothing was trained'),
          ),
        ),
        secondsPerStep: nullable(
          Type.Object(
            {
              mean: seconds('of the steps'),
              median: seconds('of the steps'),
              p05: seconds('their 5th percentile'),
              p95: seconds('their 95th percentile'),
              n: count('steps that were timed'),
            },
            object(
              'per training step with all that it takes: compilations, merges and draws of boosters; null where nothing was trained',
            ),
          ),
        ),
        trainSeconds: seconds('of training'),
        tokensPerSecond: nullable(ratio('tokens, without padding, over trainSeconds; null where nothing was trained')),
        evalSeconds: seconds('of scoring'),
        mergeSeconds: seconds("in the method's own hooks: merging and drawing boosters"),
        compileSeconds: seconds('of compiling graphs'),
        measureSeconds: nullable(
          seconds('of what only looks on: merges, updates and forgetting; in totalSeconds and in no other'),
        ),
        totalSeconds: seconds('of the run'),
      },
      object('seconds'),
    ),
    attestation: Type.Object(
      {
        initSha256: sha256('of the initial weights'),
        dataOrderSha256: sha256('of the training examples in the order in which they were seen'),
        lossTraceSha256: sha256('of the losses'),
        finalWeightsSha256: sha256(
          "of the final weights: the model's, the head's, and what a method leaves beside them",
        ),
        predictionsSha256: sha256('of the predictions'),
      },
      object('hashes by which a rerun is compared'),
    ),
  },
  closed,
);
export type Results = Static<typeof ResultsSchema>;
export type AskedSet = NonNullable<Results['asked']>[number];

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
            Type.Array(
              Type.Object({ set: text('its name'), examples: count('of it that were scored') }, closed),
              { description: 'of each set those that were scored; of a trial, held-out training examples' },
            ),
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

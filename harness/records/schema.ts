// The record of one run: what was run, what came out, what it cost, and the hashes by which anyone can check it.
// One source: ajv validates with this schema on write and on read, TypeScript derives its types from it.
import Type, { type Static, type TSchema } from 'typebox';
import { ROLES } from '../contracts/model.ts';
import { RunConfigSchema } from '../contracts/run-config.ts';
import { OVERALL } from '../metrics/over-sets.ts';

/** Raised when a record's shape changes; records of older versions are read through migrate.ts. */
export const RECORD_SCHEMA_VERSION = 4;

/** Those that are read. */
export const SchemaVersion = Type.Enum([1, 2, 3, RECORD_SCHEMA_VERSION]);

const closed = { additionalProperties: false };
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const number = Type.Number();
const count = Type.Integer({ minimum: 0 });
const seconds = Type.Number({ minimum: 0 });
const ratio = Type.Number({ minimum: 0 });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** How metrics are taken over several evaluation sets: see harness/metrics/over-sets.ts. */
const ScoringSchema = Type.Object(
  { overall: Type.Enum(OVERALL), groups: Type.Record(Type.String(), Type.Array(Type.String())) },
  closed,
);
export type Scoring = Static<typeof ScoringSchema>;

const MetricValues = Type.Record(Type.String(), nullable(number));

const CollapsedSchema = Type.Object(
  {
    /** Of the predictions that the primary metric is taken over: whether they hardly vary. */
    overall: Type.Boolean(),
    /** The evaluation sets whose own predictions hardly vary. */
    sets: Type.Array(Type.String()),
  },
  closed,
);
export type Collapsed = Static<typeof CollapsedSchema>;

/** What the base's maps were changed by: see harness/training/measure/weight-change.ts. */
const UpdateSchema = Type.Object(
  {
    /** Frobenius norm of the change of all linear maps of the layers, over that of their weights before; null where these are 0. */
    maps: nullable(ratio),
    /** The same of the maps of each role, and the mean effective rank of those that changed; null where none did. */
    roles: Type.Array(Type.Object({ role: Type.Enum(ROLES), norm: nullable(ratio), rank: nullable(ratio) }, closed)),
    /** The same of the parameters beside the maps that were trained whole; null where none was too. */
    others: nullable(ratio),
  },
  closed,
);
export type Update = Static<typeof UpdateSchema>;

/** Changes of the base for good that came together: see harness/training/measure/merge-audit.ts. */
const MergeSchema = Type.Object(
  {
    /** Steps taken before it. */
    step: count,
    layers: Type.Array(count),
    /** Frobenius norm of what is added to the weights, as it was asked for. */
    norm: ratio,
    /** The largest change of a logit of the probe; null where one is not finite. */
    logits: nullable(ratio),
    /** Whether the optimiser has no moments of what the method trains from here on; null where that is nothing. */
    freshOptimizer: nullable(Type.Boolean()),
  },
  closed,
);
export type Merge = Static<typeof MergeSchema>;

const ResultsSchema = Type.Object(
  {
    params: Type.Object(
      {
        /** Of the method, at once. */
        trainable: count,
        /** Of the method, over the run: an adapter counts each time it is drawn anew. */
        trainableCumulative: count,
        /** Needed beside the base model to store what was learned. */
        stored: count,
        /** Bytes of these as they are written, in 32-bit floats; null in records of version 3 and before. */
        storedBytes: nullable(count),
        /** The task head's, trained alike by every method. */
        head: count,
        /** The base model's. */
        total: count,
      },
      closed,
    ),
    metrics: Type.Object(
      {
        primary: Type.Object({ name: Type.String(), value: nullable(number) }, closed),
        /** `<metric>` of the first evaluation set, `<set>/<metric>` of the others. Null where a metric is undefined. */
        all: MetricValues,
        /** How they follow from the predictions; null in records of version 2 and before, which do not tell. */
        scoring: nullable(ScoringSchema),
      },
      closed,
    ),
    /** Steps taken, and the examples and tokens (without padding) seen in them, each as often as it was. */
    trained: Type.Object({ steps: count, examples: nullable(count), tokens: nullable(count) }, closed),
    /** Hashes of what the model was asked, by evaluation set: see harness/training/measure/asked.ts. */
    asked: nullable(
      Type.Array(Type.Object({ set: Type.String(), promptsSha256: sha256, tokensSha256: sha256 }, closed)),
    ),
    /** Whether predictions hardly vary: see harness/metrics/collapse.ts. */
    collapsed: nullable(CollapsedSchema),
    /** The share of generated answers that no rule could read; null where nothing was generated. */
    unreadable: nullable(Type.Number({ minimum: 0, maximum: 1 })),
    /** In the order of the steps; none where a method merges nothing. */
    merges: nullable(Type.Array(MergeSchema)),
    /** How far the weights went. */
    update: nullable(UpdateSchema),
    /** A decoder's mean loss a token on a fixed text: see harness/training/measure/fixed-text.ts. Null for an encoder. */
    forgetting: nullable(Type.Object({ before: nullable(number), after: nullable(number) }, closed)),
    /** Scores during training, where asked for, and the last ones. */
    evaluations: Type.Array(Type.Object({ step: count, metrics: MetricValues }, closed)),
    /**
     * Where the evaluated weights were the best on training examples held out for it: how many, the scores, and the step of
     * the best. Absent where the last weights are evaluated.
     */
    selection: Type.Optional(
      Type.Object(
        {
          examples: count,
          step: count,
          scores: Type.Array(Type.Object({ step: count, value: nullable(number) }, closed)),
        },
        closed,
      ),
    ),
    /** The loss of every step, before the step's update. */
    losses: Type.Array(number),
    memory: Type.Object(
      {
        /** Bytes of the process at its largest, as the operating system counts them. */
        peakRss: count,
        /** The process's bytes at the end of each training step; null where nothing was trained. */
        rss: nullable(Type.Object({ mean: ratio, p95: ratio, n: count }, closed)),
        /** Bytes of the base model's parameters. */
        weights: count,
        /** Bytes of what is trained, its gradients and the optimiser's moments, at once. */
        trainState: count,
        /** Bytes of activations that the backend planned; null where it does not plan. */
        activationsPlanned: nullable(count),
        /** Bytes on the accelerator at the largest; null on the cpu, and where the runtime does not tell. */
        device: nullable(count),
      },
      closed,
    ),
    time: Type.Object(
      {
        /**
         * Of the training steps, without the compilations counted apart; the first `warmup` steps are left out. Null where
         * nothing was trained.
         */
        secondsPerBatch: nullable(
          Type.Object({ median: seconds, mean: seconds, p05: seconds, p95: seconds, n: count, warmup: count }, closed),
        ),
        /** Of every training step with all that it takes: compilations, merges and draws of boosters; null where nothing was. */
        secondsPerStep: nullable(
          Type.Object({ mean: seconds, median: seconds, p05: seconds, p95: seconds, n: count }, closed),
        ),
        trainSeconds: seconds,
        /** Tokens, without padding, over `trainSeconds`; null where nothing was trained. */
        tokensPerSecond: nullable(ratio),
        evalSeconds: seconds,
        /** In the method's own hooks: merging and drawing boosters. */
        mergeSeconds: seconds,
        compileSeconds: seconds,
        /** Of what only looks on: merges, updates and forgetting. In `totalSeconds` and in no other. */
        measureSeconds: nullable(seconds),
        totalSeconds: seconds,
      },
      closed,
    ),
    attestation: Type.Object(
      {
        initSha256: sha256,
        dataOrderSha256: sha256,
        lossTraceSha256: sha256,
        finalWeightsSha256: sha256,
        predictionsSha256: sha256,
      },
      closed,
    ),
  },
  closed,
);
export type Results = Static<typeof ResultsSchema>;
export type AskedSet = NonNullable<Results['asked']>[number];

const shared = {
  /** The version in which it was written. */
  schemaVersion: SchemaVersion,
  id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  study: Type.String(),
  config: RunConfigSchema,
  seed: count,
  model: Type.Object({ name: Type.String(), family: Type.String(), sha256, totalParams: count }, closed),
  dataset: Type.Object(
    {
      task: Type.String(),
      sha256,
      /** Examples of the training split as read, and those drawn from it to be trained on. */
      train: Type.Object({ read: count, drawn: nullable(count) }, closed),
      /** Examples of the evaluation sets as read, and of each those that are scored; of a trial, held-out training examples. */
      evaluation: Type.Object(
        {
          read: count,
          scored: nullable(Type.Array(Type.Object({ set: Type.String(), examples: count }, closed))),
        },
        closed,
      ),
      /** Evaluation examples that are in the training split word for word, and those that nearly are. */
      overlap: nullable(Type.Object({ exact: count, near: count }, closed)),
      files: Type.Array(Type.Object({ path: Type.String(), sha256 }, closed)),
    },
    closed,
  ),
  /** For a run that was searched for: the trials it was chosen from. */
  search: nullable(
    Type.Array(
      Type.Object(
        {
          id: Type.String(),
          learningRate: number,
          /** By key, what was searched; absent where that is the learning rate alone. */
          values: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          /** Training examples asked for, where the search tries settings on several numbers of them. */
          examples: Type.Optional(count),
          value: nullable(number),
        },
        closed,
      ),
    ),
  ),
  environment: Type.Object(
    {
      backend: Type.String(),
      device: Type.String(),
      threads: count,
      runtime: Type.String({ description: 'the tensor runtime and its version' }),
      node: Type.String(),
      platform: Type.String(),
      cpu: Type.String(),
      cores: count,
      memoryBytes: count,
      /** Runs that were executed at once. */
      jobs: nullable(count),
    },
    closed,
  ),
  code: Type.Object(
    {
      version: Type.String(),
      commit: nullable(Type.String()),
      dirty: nullable(Type.Boolean()),
      /** Of what configurations mean: see harness/study/run-id.ts. */
      semantics: nullable(count),
      /** Of the sources of the run's process, all but methods/: see harness/cli/bundled-sources.ts. */
      sourcesSha256: nullable(sha256),
      /** Of the method's file and what it imports of methods/. */
      methodSha256: nullable(sha256),
    },
    closed,
  ),
};

/** The step at which a run stopped, and why in one line. */
const ErrorSchema = Type.Object({ message: Type.String(), step: nullable(count) }, closed);

export const RecordSchema = Type.Union([
  Type.Object(
    { ...shared, status: Type.Literal('completed'), ...ResultsSchema.properties, error: Type.Null() },
    closed,
  ),
  Type.Object(
    {
      ...shared,
      status: Type.Union([Type.Literal('failed'), Type.Literal('diverged')]),
      losses: Type.Array(number),
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
    set: Type.String(),
    id: Type.String(),
    label: number,
    prediction: number,
    /** Logits of the classes, the score of a regression, or one score an option; none where a text was generated. */
    scores: Type.Array(number),
    /** Of the protocol likelihood: the option of the greatest log-likelihood a character. */
    predictionNorm: Type.Optional(number),
    /** What was generated; the prediction is -1 where it names no answer. */
    text: Type.Optional(Type.String()),
  },
  closed,
);
export type Prediction = Static<typeof PredictionSchema>;

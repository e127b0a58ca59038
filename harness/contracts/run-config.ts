// The resolved configuration of one run: everything that decides its result and nothing that does not.
import Type, { type Static } from 'typebox';
import { BASE_MERGES, BASE_PRECISIONS } from './base-precision.ts';

const closed = { additionalProperties: false };
const optionalCount = (description: string) =>
  Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { default: null, description });

/** How a decoder answers: see harness/protocols. */
export const PROTOCOLS = ['likelihood', 'answer', 'generate'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const ProtocolSchema = Type.Enum(PROTOCOLS, {
  description:
    'how a decoder is scored: by log-likelihoods of the options, of the names of the answers, or by what it writes',
});

/** What a decoder is trained on: see harness/protocols/learnt-text.ts. */
export const TEXT_FORMS = ['instruction', 'question'] as const;
export type TextForm = (typeof TEXT_FORMS)[number];

/** On what scale a regression is learned: see harness/training/label-scale.ts. */
const LABEL_SCALES = ['standard', 'range', 'raw'] as const;

/** Which weights are evaluated: see harness/contracts/selection.ts. */
const SELECTIONS = ['last', 'best'] as const;

/** How a model is trained. Every key has a default; a task or a method of a study may override any. */
export const TrainingSchema = Type.Object(
  {
    epochs: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'passes over the training examples; a fraction cuts the last pass',
    }),
    batchSize: Type.Integer({
      minimum: 1,
      default: 32,
      description: 'examples per step (questions, for choice tasks)',
    }),
    microBatchSize: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
      default: null,
      description:
        'examples (of packed texts, rows) computed at a time, whose gradients are added up to that of a step; null computes a batch at once',
    }),
    batching: Type.Union([Type.Literal('bucketed'), Type.Literal('packed')], {
      default: 'bucketed',
      description:
        'texts of a decoder: one per row, batched by length, or packed, as many as fit into rows of maxLength tokens, none attending to another',
    }),
    textForm: Type.Enum(TEXT_FORMS, {
      default: 'instruction',
      description:
        'what a decoder learns: to name the answer of an instruction, or to write the right option after the question, as the protocol likelihood scores it',
    }),
    lossOn: Type.Union([Type.Literal('response'), Type.Literal('all')], {
      default: 'response',
      description: 'which tokens a decoder learns: the response, or the prompt too',
    }),
    evalBatchSize: Type.Integer({ minimum: 1, default: 64, description: 'sequences per evaluation batch' }),
    maxLength: Type.Integer({
      minimum: 8,
      default: 128,
      description:
        "tokens per sequence; an encoder's input is truncated, of a pair the longer text first, a decoder's text on the left",
    }),
    optimizer: Type.Literal('adamw', { default: 'adamw', description: 'AdamW with decoupled weight decay' }),
    labelScale: Type.Enum(LABEL_SCALES, {
      default: 'standard',
      description:
        'of a regression: labels less their mean over their deviation among the training examples, brought from the range of the task to 0..1, or raw; scores are on the scale of the labels',
    }),
    weightDecay: Type.Number({ minimum: 0, default: 0.01, description: 'decoupled; none on biases and norms' }),
    beta1: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9, description: 'AdamW first-moment decay' }),
    beta2: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.999, description: 'AdamW second-moment decay' }),
    epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: 'AdamW denominator term' }),
    schedule: Type.Union([Type.Literal('linear'), Type.Literal('cosine'), Type.Literal('constant')], {
      default: 'linear',
      description: 'learning rate after warm-up',
    }),
    warmup: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.06,
      description: 'share of the steps in which the learning rate rises from 0',
    }),
    clip: Type.Number({ minimum: 0, default: 1, description: 'largest global norm of the gradient; 0 clips nothing' }),
    dropout: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: "rate of the model's own dropout sites",
    }),
    basePrecision: Type.Enum(BASE_PRECISIONS, {
      default: 'f32',
      description: "of a decoder's frozen matrices in memory; what is trained beside them is in f32",
    }),
    baseMerge: Type.Enum(BASE_MERGES, {
      default: 'stack',
      description: 'what a merge does to a matrix that is not in f32: only "requantize" loses something',
    }),
    gradientCheckpointing: Type.Boolean({
      default: false,
      description:
        "keep only each layer's result for the gradient and compute the rest again: the same bits, less memory",
    }),
    evaluate: Type.Union([Type.Literal('end'), Type.Literal('epoch')], {
      default: 'end',
      description: 'when the evaluation sets are scored',
    }),
    selection: Type.Enum(SELECTIONS, {
      default: 'last',
      description:
        'which weights are evaluated: the last, or those that were best on training examples held out for it; never by an evaluation set',
    }),
    selectionHoldout: optionalCount(
      'of the training examples drawn, those that the selection "best" holds out: they are not trained on',
    ),
    selectionEvery: optionalCount('steps between the scores of the selection "best"; null for one per epoch'),
  },
  { ...closed, description: 'how a model is trained' },
);
export type Training = Static<typeof TrainingSchema>;

export const RunConfigSchema = Type.Object(
  {
    purpose: Type.Union([Type.Literal('final'), Type.Literal('search')], {
      description: 'why the run exists: a trial of the search is scored on held-out training examples',
    }),
    model: Type.String({ description: "a preset's name, or a folder or file" }),
    method: Type.Object(
      {
        label: Type.String({ description: 'the row in tables: tells two entries of the same method apart' }),
        name: Type.String({ description: 'of the method' }),
        options: Type.Record(Type.String(), Type.Unknown(), { description: "the method's own, all of them" }),
        learningRate: Type.Number({ exclusiveMinimum: 0, description: 'of what the method trains' }),
        headLearningRate: Type.Number({ exclusiveMinimum: 0, description: "of the task's new head" }),
      },
      { ...closed, description: 'what is trained, and how fast' },
    ),
    task: Type.Object(
      {
        id: Type.String({ description: 'of the task, or of a mix: suite/a+b' }),
        limitTrain: optionalCount('training examples, drawn by the seed; null takes all'),
        limitEval: optionalCount('examples of each evaluation set, drawn alike for every run; null takes all'),
        holdout: optionalCount(
          "training examples set apart by the search's seed: scored by trials, trained on by final runs",
        ),
        trainOn: Type.Union([Type.String(), Type.Null()], {
          default: null,
          description: 'another task, or a training set, whose examples are trained on; null for its own',
        }),
        protocol: Type.Union([ProtocolSchema, Type.Null()], {
          default: null,
          description: "how a decoder is scored; null for an encoder, whose head's outputs are scores",
        }),
        shots: Type.Integer({
          minimum: 0,
          default: 0,
          description: 'solved examples before each question of a decoder',
        }),
        beams: Type.Integer({ minimum: 1, default: 1, description: 'of the protocol generate; 1 decodes greedily' }),
      },
      { ...closed, description: 'what is trained on and scored' },
    ),
    training: TrainingSchema,
    seed: Type.Integer({ minimum: 0, description: 'of every random stream of the run' }),
  },
  { ...closed, description: 'the resolved configuration: everything that decides the result' },
);
export type RunConfig = Static<typeof RunConfigSchema>;

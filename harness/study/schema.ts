// A study as it is written by hand in study.json. One source: validation and types come from this schema.
import Type, { type Static } from 'typebox';
import { ProtocolSchema, TrainingSchema } from '../contracts/run-config.ts';

const closed = { additionalProperties: false };
const rate = Type.Number({ exclusiveMinimum: 0 });
const count = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));
const overrides = (description: string) => Type.Optional(Type.Partial(TrainingSchema, { ...closed, description }));
/** Of any list of a study: a study's runs are the product of its lists. */
export const LONGEST_LIST = 1000;
const list = { minItems: 1, maxItems: LONGEST_LIST };
const distinct = { ...list, uniqueItems: true };

const RangeSchema = Type.Object(
  {
    from: Type.Number({ description: 'the smallest value' }),
    to: Type.Number({ description: 'the largest value, above from' }),
    scale: Type.Enum(['log', 'linear'], { description: 'the scale on which draws are uniform' }),
  },
  closed,
);
export type Range = Static<typeof RangeSchema>;

/** What a search tries of a key: values, or a range that they are drawn from. */
const SearchedSchema = Type.Union([Type.Array(Type.Unknown(), { ...distinct, minItems: 2 }), RangeSchema], {
  description: 'the values that are tried, or a range that they are drawn from',
});

export const STRATEGIES = ['grid', 'random', 'halving'] as const;

const SearchSchema = Type.Object(
  {
    seed: Type.Integer({
      minimum: 0,
      description: 'of every trial, whose held-out examples it sets apart, and of the draws of a search',
    }),
    seeds: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0 }), {
        ...distinct,
        minItems: 2,
        description:
          'trials of each setting, in place of seed: each with a held-out part of its own, scored by the mean',
      }),
    ),
    holdout: Type.Integer({ minimum: 1, description: 'training examples held out, on which trials are scored' }),
    limitTrain: count('training examples of a trial; of halving, of its last rung'),
    training: overrides('for trials; takes precedence over all else'),
    strategy: Type.Optional(
      Type.Enum(STRATEGIES, {
        description: 'every combination, settings drawn at random, or these by successive halving',
      }),
    ),
    trials: Type.Optional(
      Type.Integer({ minimum: 2, maximum: LONGEST_LIST, description: 'settings tried of each method' }),
    ),
    eta: Type.Optional(
      Type.Enum([2, 3], {
        description: 'of halving: one in so many goes on, to so many times the examples; 2 unless given',
      }),
    ),
    unequal: Type.Optional(
      Type.Boolean({ description: 'whether methods may have other budgets than one another; the tables then say so' }),
    ),
  },
  {
    ...closed,
    description: 'how what methods leave open is chosen: by trials on training examples held out from all of them',
  },
);
export type Search = Static<typeof SearchSchema>;

const MethodEntrySchema = Type.Object(
  {
    method: Type.String({ description: 'a name of `list methods`' }),
    label: Type.Optional(
      Type.String({ minLength: 1, description: "the row in tables; the method's name unless given" }),
    ),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "the method's own options" })),
    learningRate: Type.Optional(
      Type.Union([rate, Type.Array(rate, { ...distinct, minItems: 2 })], {
        description:
          'one rate, or the candidates of the search; in space where there is one that has it; none of a method that trains a head at most',
      }),
    ),
    headLearningRate: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: "of a new task's head; the learning rate unless given" }),
    ),
    space: Type.Optional(
      Type.Record(Type.String(), SearchedSchema, {
        description: 'what the search tries, by key: learningRate, headLearningRate, options.r and the like',
      }),
    ),
    training: overrides('takes precedence over the task and the study'),
  },
  closed,
);
export type MethodEntry = Static<typeof MethodEntrySchema>;

const TaskEntrySchema = Type.Object(
  {
    task: Type.String({ description: 'an id of `list tasks`, or a mix of a suite: commonsense/boolq+piqa' }),
    trainOn: Type.Optional(
      Type.String({ description: 'another task, or a training set, whose examples are trained on' }),
    ),
    protocol: Type.Optional(ProtocolSchema),
    shots: Type.Optional(
      Type.Integer({ minimum: 0, description: 'solved examples before a question; 0 unless given' }),
    ),
    beams: count('of the protocol generate; 1 (greedy) unless given'),
    limitTrain: count('training examples, drawn by the seed'),
    limitEval: count('examples of each evaluation set, drawn alike for every run'),
    training: overrides('takes precedence over the study'),
  },
  closed,
);
export type TaskEntry = Static<typeof TaskEntrySchema>;

export const StudySchema = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({
        description: 'the path of study.schema.json, by which editors complete this file; decides nothing',
      }),
    ),
    name: Type.String({ minLength: 1, description: 'names the study in its tables and records' }),
    models: Type.Array(Type.String({ minLength: 1 }), {
      ...distinct,
      description: "each a preset's name, a folder or a file; a path starts from the study's folder",
    }),
    methods: Type.Array(MethodEntrySchema, { ...list, description: 'the rows of the tables' }),
    tasks: Type.Array(Type.Union([Type.String(), TaskEntrySchema]), {
      ...list,
      description: 'what is trained on and scored: an id of `list tasks`, or an object that says more',
    }),
    seeds: Type.Array(Type.Integer({ minimum: 0 }), {
      ...distinct,
      description: 'one run per seed, which decides initial weights, the examples drawn, their order and dropout',
    }),
    training: overrides('for every run; a task and a method may say otherwise'),
    search: Type.Optional(SearchSchema),
    report: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        ...distinct,
        description:
          "tables and figures of the paper that are filled from the records: table-1 to table-7, figure-1 to figure-4, or a template's file such as ./my-table.json; decides no result",
      }),
    ),
  },
  closed,
);
export type Study = Static<typeof StudySchema>;

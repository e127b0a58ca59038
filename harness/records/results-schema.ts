// What a completed run gives: its part of the record's schema.
import Type, { type Static } from 'typebox';
import { ROLES } from '../contracts/model.ts';
import { OVERALL } from '../metrics/over-sets.ts';
import { closed, count, magnitude, nullable, number, object, sha256, text } from './fields.ts';

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

const metricValues = (description: string) => Type.Record(Type.String(), nullable(Type.Number()), { description });

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
      magnitude(
        'Frobenius norm of the change of all linear maps of the layers, over that of their weights before; null where these are 0',
      ),
    ),
    roles: Type.Array(
      Type.Object(
        {
          role: Type.Enum(ROLES, { description: 'of the maps' }),
          norm: nullable(
            magnitude('Frobenius norm of their change, over that of their weights before; null where these are 0'),
          ),
          rank: nullable(magnitude('mean effective rank of the changes of those that changed; null where none did')),
        },
        closed,
      ),
      { description: 'the same by role' },
    ),
    others: nullable(
      magnitude('the same of the parameters beside the maps that were trained whole; null where none was'),
    ),
  },
  object('how far the weights went; null in records of version 3 and before'),
);
export type Update = Static<typeof UpdateSchema>;

/** Changes of the base for good that came together: see harness/training/measure/merge-audit.ts. */
const MergeSchema = Type.Object(
  {
    step: count('steps taken before it'),
    layers: Type.Array(Type.Integer({ minimum: 0 }), { description: 'indices of the layers that it changes, from 0' }),
    norm: magnitude('Frobenius norm of what is added to the weights, as it was asked for'),
    logits: nullable(magnitude('the largest change of a logit on a small fixed batch; null where one is not finite')),
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

export const ResultsSchema = Type.Object(
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
        all: metricValues(
          '`<metric>` of the first evaluation set, `<set>/<metric>` of the others; null where one is undefined',
        ),
        scoring: nullable(ScoringSchema),
      },
      object('scores of the predictions'),
    ),
    trained: Type.Object(
      {
        steps: count('steps taken'),
        examples: nullable(
          count('examples seen in them, each as often as it was; null where the record does not tell'),
        ),
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
            { mean: magnitude('over the steps'), p95: magnitude('over the steps'), n: count('steps') },
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
              median: magnitude('of the steps'),
              mean: magnitude('of the steps'),
              p05: magnitude('their 5th percentile'),
              p95: magnitude('their 95th percentile'),
              n: count('steps that were timed'),
              warmup: count('first steps that are left out'),
            },
            object('per training step, without the compilations counted apart; null where nothing was trained'),
          ),
        ),
        secondsPerStep: nullable(
          Type.Object(
            {
              mean: magnitude('of the steps'),
              median: magnitude('of the steps'),
              p05: magnitude('their 5th percentile'),
              p95: magnitude('their 95th percentile'),
              n: count('steps that were timed'),
            },
            object(
              'per training step with all that it takes: compilations, merges and draws of boosters; null where nothing was trained',
            ),
          ),
        ),
        trainSeconds: magnitude('of training'),
        tokensPerSecond: nullable(
          magnitude('tokens, without padding, over trainSeconds; null where nothing was trained'),
        ),
        evalSeconds: magnitude('of scoring'),
        mergeSeconds: magnitude("in the method's own hooks: merging and drawing boosters"),
        compileSeconds: magnitude('of compiling graphs'),
        measureSeconds: nullable(
          magnitude('of what only looks on: merges, updates and forgetting; in totalSeconds and in no other'),
        ),
        totalSeconds: magnitude('of the run'),
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

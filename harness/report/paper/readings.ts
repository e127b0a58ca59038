// What a cell reads of a run: a path into its record, or a reading by name where a record has no such figure of its own.
import { readPath, requirePath } from '../../audit/record-path.ts';
import type { CompletedRecord } from '../../records/schema.ts';

/** How the values of several runs come together. */
type Kind =
  /** Each value is listed once: learning rates, targets. */
  | 'setting'
  /** One value for all: parameters. */
  | 'count'
  /** The mean over seeds. */
  | 'measure'
  /** As a measure, of runs that were measured alike: seconds, memory. */
  | 'timed';

export interface Reading {
  readonly kind: Kind;
  /** Undefined where the method has no such thing, null where the record does not tell. */
  read(record: CompletedRecord): unknown;
}

const NAMED: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  /** T: how many times over the parameters were drawn anew; 1 of a method that trains the same ones throughout. */
  ['boosters', { kind: 'count', read: boostersOf }],
  /** r T: what the ranks of all boosters add up to. */
  ['summedRank', { kind: 'count', read: summedRank }],
  ['share', { kind: 'count', read: ({ params }) => params.trainable / params.total }],
  /** Of the last tenth of the steps, the mean: one step's loss is that of one batch. */
  ['finalLoss', { kind: 'measure', read: finalLoss }],
  /** Without compilation and warm-up steps. */
  ['secondsPerBatch', { kind: 'timed', read: ({ time }) => timed(time.secondsPerBatch)?.median ?? null }],
  /** With all that a step takes. */
  ['secondsPerStep', { kind: 'timed', read: ({ time }) => timed(time.secondsPerStep)?.mean ?? null }],
  ['kappa', { kind: 'setting', read: kappaOf }],
  /** What is not trained has no rate, whatever its configuration says. */
  [
    'learningRate',
    { kind: 'setting', read: ({ params, config }) => (params.trainable > 0 ? config.method.learningRate : undefined) },
  ],
  [
    'headLearningRate',
    { kind: 'setting', read: ({ params, config }) => (params.head > 0 ? config.method.headLearningRate : undefined) },
  ],
]);

/** By the first part of a path; of others the values are settings. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(time|memory\.(peakRss|rss|device))(\.|$)/, 'timed'],
  [/^(params|memory|trained|dataset\.(train|evaluation|overlap))\./, 'count'],
  [/^(metrics|update|forgetting|unreadable)(\.|$)/, 'measure'],
];

const TRAINING = 'config.training.';
/** Settings that a model which is scored as it is has too. */
const OF_SCORES = ['maxLength', 'evalBatchSize', 'basePrecision'];

export function readingOf(name: string): Reading {
  const named = NAMED.get(name);
  if (named !== undefined) return named;
  const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'setting';
  if (kind !== 'setting') return { kind, read: (record) => readPath(record, name) ?? null };
  const isOfTraining = name.startsWith(TRAINING) && !OF_SCORES.includes(name.slice(TRAINING.length));
  return {
    kind,
    read: (record) => (isOfTraining && record.trained.steps === 0 ? undefined : readPath(record, name)),
  };
}

/** @throws InputError for what is neither a path into a record nor a reading */
export function requireReading(name: string, where: string): void {
  requirePath(name, where, [...NAMED.keys()]);
}

function boostersOf({ params: { trainable, trainableCumulative } }: CompletedRecord): number | undefined {
  return trainable === 0 ? undefined : Math.round(trainableCumulative / trainable);
}

function summedRank(record: CompletedRecord): number | undefined {
  const [{ r }, boosters] = [record.config.method.options, boostersOf(record)];
  return typeof r === 'number' && boosters !== undefined ? r * boosters : undefined;
}

function finalLoss({ losses }: CompletedRecord): number | undefined {
  const last = losses.slice(-Math.max(1, Math.round(losses.length / 10)));
  return last.length === 0 ? undefined : last.reduce((sum, loss) => sum + loss, 0) / last.length;
}

/** As it was given, or by the first merge where the method chose it. */
function kappaOf({ config, merges }: CompletedRecord): unknown {
  const { stepsPerBooster } = config.method.options;
  return stepsPerBooster === null ? (merges?.[0]?.step ?? null) : stepsPerBooster;
}

/** A run may be too short to have a step after the warm-up ones. */
function timed<Seconds extends { readonly n: number }>(seconds: Seconds | null): Seconds | null {
  return seconds !== null && seconds.n > 0 ? seconds : null;
}

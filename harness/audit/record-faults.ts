// What a record says of itself beyond what every reader of it asks: its id, its counts, its times.
import { shown } from '../contracts/validate.ts';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';

/** What follows from a record's configuration, its checksums and its counts. */
export interface Expected {
  /** The id; several where the record does not tell by which version of the training semantics. */
  readonly ids: readonly string[];
  readonly datasetSha256: string;
  /** Training examples that an epoch has, of those that were read, and the steps that all epochs make. */
  readonly trainedOn: number;
  readonly steps: number;
}

interface Claim {
  readonly key: string;
  readonly value: unknown;
  readonly holds: boolean;
  readonly expected: string;
}

/** A line for each figure that contradicts another: `runs/0123456789abcdef.json: key: value; expected ...`. */
export function recordFaults(record: RunRecord, file: string, expected: Expected): string[] {
  const claims = [
    ...identityClaims(record, expected),
    ...countClaims(record, expected),
    ...(record.status === 'completed' ? completedClaims(record, expected) : []),
  ];
  return claims
    .filter(({ holds }) => !holds)
    .map(({ key, value, expected: words }) => `${file}: ${key}: ${shown(value)}; expected ${words}`);
}

const equal = (key: string, value: unknown, wanted: unknown, why: string): Claim => ({
  ...{ key, value, holds: value === wanted, expected: `${shown(wanted)}, ${why}` },
});
const atMost = (key: string, value: number, most: number, why: string): Claim => ({
  ...{ key, value, holds: value <= most, expected: `${most} or less, ${why}` },
});

function identityClaims({ id, dataset }: RunRecord, { ids, datasetSha256 }: Expected): Claim[] {
  return [
    {
      ...{ key: 'id', value: id, holds: ids.includes(id) },
      expected: `${ids.map(shown).join(' or ')}, the hash of its configuration and checksums`,
    },
    equal('dataset.sha256', dataset.sha256, datasetSha256, 'the hash of dataset.files'),
  ];
}

function countClaims({ dataset, config: { task, purpose } }: RunRecord, { trainedOn }: Expected): Claim[] {
  const { train, evaluation, overlap } = dataset;
  const limit = purpose === 'search' ? task.holdout : task.limitEval;
  const limitKey = purpose === 'search' ? 'holdout' : 'limitEval';
  const scored = evaluation.scored ?? [];
  const total = scored.reduce((sum, { examples }) => sum + examples, 0);
  return [
    ...(train.drawn === null
      ? []
      : [equal('dataset.train.drawn', train.drawn, trainedOn, 'as dataset.train.read and config.task make it')]),
    ...scored.flatMap(({ set, examples }, i) =>
      limit === null
        ? []
        : [
            atMost(
              `dataset.evaluation.scored[${i}].examples`,
              examples,
              limit,
              `as config.task.${limitKey} has of ${set}`,
            ),
          ],
    ),
    // A trial scores training examples.
    ...(purpose === 'search'
      ? []
      : [atMost('dataset.evaluation.scored', total, evaluation.read, 'as many as were read')]),
    ...(['exact', 'near'] as const).flatMap((key) =>
      overlap === null
        ? []
        : [atMost(`dataset.overlap.${key}`, overlap[key], evaluation.read, 'as many as were read to be scored')],
    ),
  ];
}

function completedClaims(record: CompletedRecord, { steps, trainedOn }: Expected): Claim[] {
  const { params, trained, config } = record;
  const { epochs, batchSize } = config.training;
  const trains = params.trainable + params.head > 0;
  return [
    atMost('params.trainable', params.trainable, params.trainableCumulative, 'as params.trainableCumulative'),
    equal('trained.steps', trained.steps, trains ? steps : 0, 'as the examples and config.training make it'),
    ...(trained.examples === null || !trains
      ? []
      : Number.isInteger(epochs)
        ? [equal('trained.examples', trained.examples, epochs * trainedOn, 'those trained on in each epoch')]
        : [atMost('trained.examples', trained.examples, trained.steps * batchSize, 'as its steps hold')]),
    ...timeClaims(record),
  ];
}

/** Of sums of seconds, which are added up in another order. */
const SLACK = 1 + 1e-9;

function timeClaims({ time, trained: { steps } }: CompletedRecord): Claim[] {
  const { secondsPerBatch, secondsPerStep, trainSeconds, evalSeconds, mergeSeconds, compileSeconds, totalSeconds } =
    time;
  return [
    ...(secondsPerBatch === null
      ? []
      : [
          equal(
            'time.secondsPerBatch.n',
            secondsPerBatch.n,
            steps - secondsPerBatch.warmup,
            'the steps without the warm-up ones',
          ),
        ]),
    ...(secondsPerStep === null
      ? []
      : [
          equal('time.secondsPerStep.n', secondsPerStep.n, steps, 'as trained.steps'),
          atMost(
            'time.secondsPerStep.mean',
            secondsPerStep.mean,
            (trainSeconds * SLACK) / Math.max(1, secondsPerStep.n),
            'a step of time.trainSeconds',
          ),
        ]),
    atMost(
      'time.trainSeconds',
      trainSeconds,
      (totalSeconds - evalSeconds) * SLACK,
      'as totalSeconds without evalSeconds',
    ),
    atMost('time.mergeSeconds', mergeSeconds, trainSeconds * SLACK, 'as time.trainSeconds'),
    atMost('time.compileSeconds', compileSeconds, totalSeconds * SLACK, 'as time.totalSeconds'),
  ];
}

// What a record says in two places must agree: a figure that was changed in one of them is found where it is read.
import { hashLosses } from '../contracts/attestation.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import { selectedStep } from '../contracts/selection.ts';
import { shown } from '../contracts/validate.ts';
import { RECORD_SCHEMA_VERSION, type CompletedRecord, type RunRecord } from './schema.ts';
import { bestTrial, searchedValue } from './search-choice.ts';

/** A value of a record, and what it must be: one value, and why, or whatever the words say. */
type Claim = { readonly key: string; readonly value: unknown } & (
  | { readonly expected: unknown; readonly why: string }
  | { readonly holds: boolean; readonly words: string }
);

/** @throws InputError naming of every contradiction file, key, value and what was expected */
export function requireConsistent(record: RunRecord, file: string): void {
  const { config, schemaVersion } = record;
  const claims: Claim[] = [
    { key: 'seed', value: record.seed, expected: config.seed, why: 'as config.seed' },
    { key: 'model.name', value: record.model.name, expected: config.model, why: 'as config.model' },
    { key: 'dataset.task', value: record.dataset.task, expected: config.task.id, why: 'as config.task.id' },
    ...searchClaims(record),
    ...(record.status === 'completed' ? completedClaims(record) : stepClaims(record)),
  ];
  const faults = new Faults();
  const refuse = (key: string, value: unknown, expected: string) =>
    faults.add(new InputError(`${file}: ${key}: ${shown(value)}; expected ${expected}`));
  for (const claim of claims) {
    const { key, value } = claim;
    if ('holds' in claim) {
      if (!claim.holds) refuse(key, value, claim.words);
    } else if (value !== claim.expected) refuse(key, value, `${shown(claim.expected)}, ${claim.why}`);
  }
  for (const [key, value] of Object.entries(toldBy(record))) {
    if (value === null) refuse(key, value, `what records of version ${schemaVersion} tell`);
  }
  faults.throw();
}

/** What a record of its version cannot leave out. */
function toldBy(record: RunRecord): Record<string, unknown> {
  const { schemaVersion, dataset } = record;
  if (schemaVersion < 3) return {};
  const scored = { 'dataset.evaluation.scored': dataset.evaluation.scored, 'code.semantics': record.code.semantics };
  if (record.status !== 'completed') return scored;
  const { metrics, params, trained, memory, time, asked, collapsed, merges, update, forgetting } = record;
  const third = {
    ...scored,
    'metrics.scoring': metrics.scoring,
    'dataset.train.drawn': dataset.train.drawn,
    'trained.examples': trained.examples,
    ...(trained.steps > 0 && { 'time.secondsPerStep': time.secondsPerStep }),
  };
  if (schemaVersion < RECORD_SCHEMA_VERSION) return third;
  return {
    ...third,
    'params.storedBytes': params.storedBytes,
    'trained.tokens': trained.tokens,
    'time.measureSeconds': time.measureSeconds,
    ...{ asked, collapsed, merges, update },
    ...(trained.steps > 0 && { 'memory.rss': memory.rss, 'time.tokensPerSecond': time.tokensPerSecond }),
    ...(record.model.family === 'decoder' && { forgetting }),
  };
}

/** A search is for final runs, whose setting is the best one's. */
function searchClaims({ search, config }: RunRecord): Claim[] {
  if (search === null) return [];
  const { purpose, method } = config;
  const best = bestTrial(search);
  return [
    { key: 'config.purpose', value: purpose, expected: 'final', why: 'as it was searched for' },
    {
      key: 'config.method.learningRate',
      value: method.learningRate,
      expected: best?.learningRate,
      why: 'the best of its search',
    },
    ...Object.entries(best?.values ?? {}).map(([key, value]) => ({
      key: `config.method.${key}`,
      value: comparable(searchedValue(method, key)),
      expected: comparable(value),
      why: 'the best of its search',
    })),
  ];
}

/** Lists by what is in them. */
function comparable(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function stepClaims({ error, losses }: Exclude<RunRecord, CompletedRecord>): Claim[] {
  if (error.step === null) return [];
  return [{ key: 'error.step', value: error.step, expected: losses.length, why: 'as many as losses' }];
}

function completedClaims(record: CompletedRecord): Claim[] {
  const { config, trained, losses, attestation, metrics, evaluations, params, model } = record;
  const steps = losses.length;
  const last = evaluations.at(-1);
  const at = `evaluations[${Math.max(0, evaluations.length - 1)}]`;
  const { primary, all } = metrics;
  const names = [...new Set([...Object.keys(all), ...Object.keys(last?.metrics ?? {})])];
  return [
    { key: 'params.total', value: params.total, expected: model.totalParams, why: 'as model.totalParams' },
    { key: 'trained.steps', value: trained.steps, expected: steps, why: 'as many as losses' },
    {
      key: 'attestation.lossTraceSha256',
      value: attestation.lossTraceSha256,
      expected: hashLosses(losses),
      why: 'the hash of losses',
    },
    {
      key: 'metrics.primary.value',
      value: primary.value,
      expected: all[primary.name],
      why: `as metrics.all.${primary.name}`,
    },
    { key: `${at}.step`, value: last?.step, expected: steps, why: 'the last one' },
    ...selectionClaims(record),
    ...names.map((name) => ({
      ...{ key: `${at}.metrics.${name}`, value: last?.metrics[name], expected: all[name] },
      why: 'as metrics.all, for it is the last one',
    })),
    ...timeClaims(record),
    ...(config.training.evaluate === 'end'
      ? [{ key: 'evaluations', value: evaluations.length, expected: 1, why: 'scored at the end alone' }]
      : []),
    ...evaluations.slice(1).map(({ step }, i) => {
      const before = evaluations[i]?.step ?? step;
      return {
        ...{ key: `evaluations[${i + 1}].step`, value: step, holds: step > before },
        words: `more than ${before}, the step of the one before`,
      };
    }),
    ...(record.schemaVersion === RECORD_SCHEMA_VERSION ? measuredClaims(record) : untoldClaims(record)),
  ];
}

/** What came later than its version, a record cannot tell: else its version would excuse it from being looked at. */
function untoldClaims({ schemaVersion, params, trained, memory, time, ...record }: CompletedRecord): Claim[] {
  const { asked, collapsed, unreadable, merges, update, forgetting } = record;
  const later = {
    ...{ asked, collapsed, unreadable, merges, update, forgetting },
    'params.storedBytes': params.storedBytes,
    'trained.tokens': trained.tokens,
    'memory.rss': memory.rss,
    'time.tokensPerSecond': time.tokensPerSecond,
    'time.measureSeconds': time.measureSeconds,
  };
  const why = `as records of version ${schemaVersion} do not tell it`;
  return Object.entries(later).map(([key, value]) => ({ key, value, expected: null, why }));
}

/** Of what version 4 brought. */
function measuredClaims(record: CompletedRecord): Claim[] {
  const { params, trained, memory, time, model, forgetting } = record;
  const { peakRss, rss } = memory;
  const { steps, tokens } = trained;
  const rate = steps === 0 || tokens === null ? null : tokens / time.trainSeconds;
  return [
    {
      key: 'params.storedBytes',
      value: params.storedBytes,
      expected: params.stored * BYTES_STORED,
      why: `${BYTES_STORED} bytes for each of params.stored`,
    },
    {
      key: 'time.tokensPerSecond',
      value: time.tokensPerSecond,
      expected: rate,
      why: 'trained.tokens over time.trainSeconds',
    },
    { key: 'memory.rss.n', value: rss?.n ?? 0, expected: steps, why: 'one a step' },
    ...(['mean', 'p95'] as const).map((key) => ({
      ...{ key: `memory.rss.${key}`, value: rss?.[key] ?? 0, holds: (rss?.[key] ?? 0) <= peakRss },
      words: `${peakRss} or less, as memory.peakRss`,
    })),
    {
      ...{ key: 'forgetting', value: forgetting, holds: (forgetting !== null) === (model.family === 'decoder') },
      words: model.family === 'decoder' ? 'losses, as the model is a decoder' : 'null, as the model is no decoder',
    },
    // A device adds in any order.
    ...(steps === 0 && forgetting !== null && record.environment.device === 'cpu'
      ? [
          {
            ...{ key: 'forgetting.after', value: forgetting.after, expected: forgetting.before },
            why: 'as before, for nothing was trained',
          },
        ]
      : []),
    ...askedClaims(record),
    ...mergeClaims(record),
    ...updateClaims(record),
  ];
}

/** Stored parameters are 32-bit floats. */
const BYTES_STORED = 4;

function askedClaims({ asked, dataset: { evaluation } }: CompletedRecord): Claim[] {
  if (asked === null) return [];
  const names = (sets: readonly { readonly set: string }[]) => JSON.stringify(sets.map(({ set }) => set));
  const expected = names(evaluation.scored ?? []);
  return [{ key: 'asked', value: names(asked), expected, why: 'the sets of dataset.evaluation.scored' }];
}

function mergeClaims({ merges, trained }: CompletedRecord): Claim[] {
  return (merges ?? []).flatMap(({ step, layers }, i, all) => [
    {
      ...{ key: `merges[${i}].step`, value: step, holds: step >= (all[i - 1]?.step ?? 0) && step <= trained.steps },
      words: `a step that was taken, from ${all[i - 1]?.step ?? 0} to ${trained.steps}, not below the one before`,
    },
    {
      ...{ key: `merges[${i}].layers`, value: JSON.stringify(layers), expected: JSON.stringify(rising(layers)) },
      why: 'rising',
    },
  ]);
}

const rising = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Of rounding in a mean of squares. */
const SLACK = 1e-9;

function updateClaims({ update }: CompletedRecord): Claim[] {
  if (update === null) return [];
  const { maps, roles } = update;
  const norms = roles.flatMap(({ norm }) => norm ?? []);
  const [least, most] = [Math.min(...norms) * (1 - SLACK), Math.max(...norms) * (1 + SLACK)];
  // Of a role whose weights were 0 nothing follows for all maps together.
  const isBetween = maps === null || norms.length < roles.length || (least <= maps && maps <= most);
  return [
    {
      ...{ key: 'update.maps', value: maps, holds: isBetween },
      words: 'a number between the least and the greatest of update.roles',
    },
    ...roles.map(({ norm, rank }, i) => ({
      ...{ key: `update.roles[${i}].rank`, value: rank, holds: (rank === null) === (norm === 0) },
      words: norm === 0 ? 'null, as nothing changed' : 'a rank, as the norm is above 0',
    })),
  ];
}

/** A median lies between what all but 5 % take at each end. */
function timeClaims({ time: { secondsPerBatch, secondsPerStep } }: CompletedRecord): Claim[] {
  return Object.entries({ secondsPerBatch, secondsPerStep }).flatMap(([key, of]) => {
    if (of === null) return [];
    const nearest = Math.min(Math.max(of.median, of.p05), of.p95);
    return [{ key: `time.${key}.median`, value: of.median, expected: nearest, why: 'from p05 to p95' }];
  });
}

/** Weights other than the last are those of the best score, and only where the configuration asks for them. */
function selectionClaims({ config: { training }, selection, losses }: CompletedRecord): Claim[] {
  const isAsked = training.selection === 'best' && losses.length > 0;
  const claim = {
    key: 'selection',
    value: selection,
    holds: (selection !== undefined) === isAsked,
    words: isAsked
      ? 'the best step, as config.training.selection is "best"'
      : 'none, as the last weights were evaluated',
  };
  if (selection === undefined) return [claim];
  const { step, examples, scores } = selection;
  return [
    claim,
    { key: 'selection.step', value: step, expected: selectedStep(scores), why: 'the step of the best score' },
    {
      ...{ key: 'selection.examples', value: examples, expected: training.selectionHoldout },
      why: 'as config.training.selectionHoldout',
    },
    { key: 'selection.scores', value: scores.at(-1)?.step, expected: losses.length, why: 'the step of the last one' },
  ];
}

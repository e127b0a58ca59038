// What a run tells of itself besides scores and cost, as cells of runs.csv; empty where its record does not tell.
import type { CompletedRecord } from '../records/schema.ts';

export const OBSERVED_COLUMNS = [
  'tokens_per_second',
  'rss_mean_bytes',
  'rss_p95_bytes',
  'stored_bytes',
  'collapsed',
  'unreadable',
  'merges',
  'largest_merge_change',
  'fresh_optimizer',
  'update_norm',
  'update_rank',
  'forgetting',
  'measure_seconds',
] as const;

type Cells = Readonly<Record<(typeof OBSERVED_COLUMNS)[number], string | number | null>>;

export function observedCells(record: CompletedRecord): Cells {
  const { time, memory, params, collapsed, unreadable, merges, update, forgetting } = record;
  return {
    tokens_per_second: time.tokensPerSecond,
    rss_mean_bytes: memory.rss?.mean ?? null,
    rss_p95_bytes: memory.rss?.p95 ?? null,
    stored_bytes: params.storedBytes,
    collapsed: collapsed === null ? null : Number(collapsed.overall),
    unreadable,
    merges: merges?.length ?? null,
    largest_merge_change: largestOf((merges ?? []).map(({ logits }) => logits)),
    fresh_optimizer: allFresh(merges),
    update_norm: update?.maps ?? null,
    update_rank: meanOf((update?.roles ?? []).flatMap(({ rank }) => rank ?? [])),
    forgetting: forgetting === null ? null : difference(forgetting),
    measure_seconds: time.measureSeconds,
  };
}

/** Null of none, and where one is not finite. */
function largestOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : Math.max(...known);
}

/** 1 where the optimiser's state was new behind every merge that something was trained after, 0 where once it was not. */
function allFresh(merges: CompletedRecord['merges']): number | null {
  const told = (merges ?? []).flatMap(({ freshOptimizer }) => freshOptimizer ?? []);
  return told.length === 0 ? null : Number(told.every((fresh) => fresh));
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Nats a token more than before. */
function difference({ before, after }: NonNullable<CompletedRecord['forgetting']>): number | null {
  return before === null || after === null ? null : after - before;
}

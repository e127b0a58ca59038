// Whether runs of one row may be averaged: they must be scored on the same, and made from the same.
import { thousands } from '../contracts/words.ts';
import type { CompletedRecord } from './schema.ts';

/** Why seeds have no figure together; undefined where they have. */
export function whyApart(completed: readonly CompletedRecord[]): string | undefined {
  return scoredDifferently(completed) ?? madeDifferently(completed);
}

/** Why seeds have no figure together: what each was scored on. Undefined where all were scored on the same. */
export function scoredDifferently(completed: readonly CompletedRecord[]): string | undefined {
  const texts = completed.map((record) => evaluatedText(record) ?? 'not told');
  if (new Set(texts).size < 2) return undefined;
  return `seeds were scored on different examples: ${bySeed(completed, texts)}`;
}

/** Why seeds have no figure together though they were scored alike: what they were made from. Undefined where it is one. */
export function madeDifferently(completed: readonly CompletedRecord[]): string | undefined {
  const kinds: readonly [string, (record: CompletedRecord) => string][] = [
    ['other weights', ({ model }) => model.sha256.slice(0, 8)],
    ['other data', ({ dataset }) => dataset.sha256.slice(0, 8)],
    ['other training semantics', ({ code }) => (code.semantics === null ? 'not told' : `${code.semantics}`)],
    ['another primary metric', ({ metrics }) => metrics.primary.name],
  ];
  const different = kinds.find(([, read]) => new Set(completed.map(read)).size > 1);
  return different && `seeds have ${different[0]} each: ${bySeed(completed, completed.map(different[1]))}`;
}

/** `validation 408`; undefined where the record does not tell. */
export function evaluatedText({ dataset, metrics }: CompletedRecord): string | undefined {
  const { scored } = dataset.evaluation;
  if (scored === null) return undefined;
  const named = scored.map(({ set, examples }) => `${set} ${thousands(examples)}`);
  const [first, ...others] = named;
  if (metrics.scoring?.overall === 'first' && others.length > 0) return `${first}; apart: ${others.join(', ')}`;
  if (named.length <= MOST_NAMED) return named.join(', ');
  return `${named.length} sets, ${thousands(scored.reduce((sum, { examples }) => sum + examples, 0))} in all`;
}

/** More sets than that are not named one by one. */
const MOST_NAMED = 4;

/** `4,076 (seed 0), 3,668 (seed 1)` */
export function bySeed(completed: readonly CompletedRecord[], texts: readonly string[]): string {
  return completed.map(({ seed }, index) => `${texts[index]} (seed ${seed})`).join(', ');
}

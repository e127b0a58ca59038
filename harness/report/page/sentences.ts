// What a comparison of methods found, one sentence a task.
import { counted, probability } from '../../contracts/words.ts';
import type { AdjustedPair, ComparedTask } from '../../stats/comparison.ts';
import { isShown } from '../../stats/level.ts';

/** `glue/stsb (pearson): full scores higher than lora by 0.1200 (95 % 0.0500 to 0.1900, p 0.0100).` */
export function comparisonSentence({ task, metric, methods, pairs, best }: ComparedTask): string {
  const where = `${task} (${metric})`;
  const [only] = methods;
  if (pairs.length === 0) {
    return only === undefined
      ? `${where}: no method has a score.`
      : `${where}: ${only.label} scores ${decimals(only.mean.value)}, and there is no other method to compare it with.`;
  }
  const shown = pairs.filter(({ adjusted, effect }) => isShown(adjusted.overBoth.value) && effect.value !== null);
  if (best !== null) {
    const own = shown
      .filter(({ a, b }) => a === best || b === best)
      .map((pair) => `${otherOf(pair, best)} by ${effectText(pair)}`);
    return `${where}: ${best} scores higher than every other method: than ${own.join(', than ')}.`;
  }
  const untested = pairs.filter((pair) => !isTested(pair)).length;
  const others = untested > 0 && untested < pairs.length ? ` No test of ${counted(untested, 'other pair')}.` : '';
  if (shown.length > 0) {
    const within = shown.length + untested < pairs.length ? ' Other differences are within their uncertainty.' : '';
    return `${where}: ${shown.map(pairText).join('; ')}.${within}${others}`;
  }
  const largest = largestOf(pairs);
  if (largest === undefined) return `${where}: no difference between methods is known.`;
  return `${where}: no method is shown to be better than another; the largest difference, ${higher(largest)} over ${lower(largest)}, is ${effectText(largest)}.${others}`;
}

/** A pair may have no figure, or one without uncertainty. */
function isTested({ adjusted, effect }: AdjustedPair): boolean {
  return adjusted.overBoth.value !== null && effect.value !== null;
}

function pairText(pair: AdjustedPair): string {
  return `${higher(pair)} scores higher than ${lower(pair)} by ${effectText(pair)}`;
}

function higher({ a, b, effect }: AdjustedPair): string {
  return (effect.value ?? 0) < 0 ? b : a;
}

function lower({ a, b, effect }: AdjustedPair): string {
  return (effect.value ?? 0) < 0 ? a : b;
}

function otherOf({ a, b }: AdjustedPair, label: string): string {
  return a === label ? b : a;
}

function largestOf(pairs: readonly AdjustedPair[]): AdjustedPair | undefined {
  const known = pairs.filter(({ effect }) => effect.value !== null);
  const size = ({ effect }: AdjustedPair) => Math.abs(effect.value ?? 0);
  return known.toSorted((x, y) => size(y) - size(x))[0];
}

/** As the higher one's advantage. */
function effectText({ effect, overBoth, adjusted, seeds }: AdjustedPair): string {
  const value = effect.value ?? 0;
  const count = `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`;
  if (overBoth.value === null) return `${decimals(Math.abs(value))} (${overBoth.reason})`;
  const { low, high } = overBoth.value;
  const [from, to] = value < 0 ? [-high, -low] : [low, high];
  const p = adjusted.overBoth.value;
  const told = p === null ? '' : `, p ${probability(p)}`;
  return `${decimals(Math.abs(value))} (95 % ${decimals(from)} to ${decimals(to)}${told}, ${count})`;
}

function decimals(value: number | null): string {
  return value === null ? '—' : value.toFixed(4);
}

// Verdicts in words: of each claim what it says, what came of it, and what that rests on.
import { probability } from '../contracts/words.ts';
import { tQuantile } from '../stats/t-distribution.ts';
import { MOST_SEEDS } from './decide.ts';
import type { JudgedClaim } from './judge-claims.ts';
import type { TestedInequality } from './judge.ts';
import { LEVEL } from './tests.ts';

/** A few lines a claim. */
export function claimsText(judged: readonly JudgedClaim[]): string {
  return judged.map(claimText).join('\n\n');
}

function claimText(judged: JudgedClaim): string {
  const { claim, verdict, runs } = judged;
  const lines = [
    ...claimLines(judged),
    ...(runs.length === 0 ? [] : [`rests on ${runs.length} runs: ${runs.join(' ')}`]),
  ];
  return [`${claim.name}: ${verdict}`, `  ${claim.says}`, ...lines.map((line) => `  - ${line}`)].join('\n');
}

/** What a verdict rests on beside its runs, a line each. */
export function claimLines(judged: JudgedClaim): string[] {
  const { needs, refutedBy, gaps, notes } = judged;
  return [
    ...needs.map(needText),
    ...refutedBy.map((each) => `refuted by ${needText(each)}`),
    ...gaps.map((gap) => `not known: ${gap}`),
    ...notes,
    ...decisionText(judged),
  ];
}

/**
 * `xgblora - lora, glue/stsb (minilm-l6): -0.2195, 95 % -0.9014 to 0.4624 (2 seeds); above 0: p 0.91`, or of a cost
 * `xgblora - lora, ...: 12.0 times less, 95 % 10.0 to 14.0 (2 seeds); above 1: p 0.001`
 */
function needText({ contrast, above, p }: TestedInequality): string {
  const { what, scale, turned, estimate, standardError, degreesOfFreedom, seeds } = contrast;
  const sign = turned ? -1 : 1;
  const shown = (value: number) => (scale === 'difference' ? decimals(sign * value) : times(sign * value));
  const half = standardError === 0 ? 0 : tQuantile(1 - LEVEL, degreesOfFreedom) * standardError;
  const [low, high] = [estimate - sign * half, estimate + sign * half].map(shown);
  const value = `${shown(estimate)}${scale === 'difference' ? '' : ' times less'}`;
  const interval = standardError === 0 ? '' : `, 95 % ${low} to ${high} (${seeds} seeds)`;
  return `${what}: ${value}${interval}; ${turned ? 'below' : 'above'} ${shown(above)}: p ${probability(p)}`;
}

function decisionText({ decision, needs }: JudgedClaim): string[] {
  if (decision === null) return [];
  if (decision.towards === null) return ['what is seen lies on the threshold: no number of seeds would decide it'];
  if (decision.seeds === null && !decision.tooFewExamples) {
    return [`more than ${MOST_SEEDS} seeds would be needed to decide it (towards ${decision.towards})`];
  }
  if (decision.seeds === null) {
    return [
      `more seeds alone would not decide it: the evaluation sets are too small for what is seen (towards ${decision.towards})`,
    ];
  }
  const few = needs.some(({ contrast }) => contrast.seeds === 2) ? ' (two seeds hardly tell how they vary)' : '';
  return [
    `${decision.seeds} seeds would decide it with 80 % power, if what is seen is true${few}: ${decision.towards}`,
  ];
}

const times = (logarithm: number): string => Math.exp(logarithm).toPrecision(4);

function decimals(value: number): string {
  return (Math.abs(value) < 5e-5 ? 0 : value).toFixed(4);
}

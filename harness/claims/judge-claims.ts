// Each claim of a list, judged by the evidence of a study.
import type { Evidence, Place } from './evidence.ts';
import { type Judgement, judge } from './judge.ts';
import type { Tests } from './tests.ts';
import { better, cheaper, equivalent } from './kinds/pair.ts';
import { flat, monotone, optimum, transfers } from './kinds/sweep.ts';
import type { Claim } from './schema.ts';

export interface JudgedClaim extends Judgement {
  readonly claim: Claim;
  /** Ids of the records that it rests on. */
  readonly runs: readonly string[];
}

export function judgeClaims(claims: readonly Claim[], evidence: Evidence): JudgedClaim[] {
  return claims.map((claim) => {
    const judgement = judge(testsOf(claim, evidence, placesOf(claim, evidence)));
    const runs = [...judgement.needs, ...judgement.refutedBy].flatMap(({ contrast }) => contrast.runs);
    return { claim, ...judgement, runs: [...new Set(runs)].sort() };
  });
}

function placesOf({ models, tasks }: Claim, evidence: Evidence): Place[] {
  return (models ?? evidence.models).flatMap((model) => (tasks ?? evidence.tasks).map((task) => ({ model, task })));
}

function testsOf(claim: Claim, evidence: Evidence, places: readonly Place[]): Tests {
  switch (claim.kind) {
    case 'better':
      return better(claim, evidence, places);
    case 'equivalent':
      return equivalent(claim, evidence, places);
    case 'cheaper':
      return cheaper(claim, evidence, places);
    case 'monotone':
      return monotone(claim, evidence, places);
    case 'flat':
      return flat(claim, evidence, places);
    case 'optimum':
      return optimum(claim, evidence, places);
    case 'transfers':
      return transfers(claim, evidence, places);
  }
}

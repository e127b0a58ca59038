// Searches that did not cost each method the same, in words: their rows do not compare as those of equal searches do.
import type { SearchRow } from './search.ts';
import { counted, thousands } from '../contracts/words.ts';

export interface UnequalSearch {
  readonly model: string;
  readonly task: string;
  /** `methods were not searched alike: full 2 trials (640 examples seen), lora 4 trials (1,280 examples seen)` */
  readonly note: string;
}

/** Of each task whose searched methods differ in trials or in examples seen; those that were not searched have no part. */
export function unequalSearches(searches: readonly SearchRow[]): UnequalSearch[] {
  const groups = new Map<string, SearchRow[]>();
  for (const row of searches) {
    const key = JSON.stringify([row.model, row.task]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((rows): UnequalSearch[] => {
    const [first] = rows;
    const budgets = new Set(rows.map(({ budget }) => JSON.stringify(budget)));
    if (first === undefined || budgets.size < 2) return [];
    const each = rows.map(({ label, budget }) => `${label} ${budgetText(budget)}`);
    return [{ model: first.model, task: first.task, note: `methods were not searched alike: ${each.join(', ')}` }];
  });
}

function budgetText({ trials, examples }: SearchRow['budget']): string {
  return `${counted(trials, 'trial')}${examples === null ? '' : ` (${thousands(examples)} examples seen)`}`;
}

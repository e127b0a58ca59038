// What tells a search's trials from one another in progress and plans.
import type { RunConfig } from '../contracts/run-config.ts';
import { thousands } from '../contracts/words.ts';
import type { PendingFinal } from '../study/expand.ts';
import { runTitle } from './progress.ts';

/** `lora · glue/stsb · search 0.001, options.r 8 · 320 examples · seed 2`: the last two where the search has several. */
export function trialTitles(finals: readonly PendingFinal[]): ReadonlyMap<RunConfig, string> {
  const titles = new Map<RunConfig, string>();
  for (const { candidates } of finals) {
    for (const { values, rungs } of candidates) {
      const others = Object.entries(values).filter(([key]) => key !== 'learningRate');
      const text = others.map(([key, value]) => `, ${key} ${JSON.stringify(value)}`).join('');
      for (const trials of rungs) {
        for (const trial of trials) {
          const { limitTrain } = trial.task;
          const examples = rungs.length > 1 && limitTrain !== null ? [`${thousands(limitTrain)} examples`] : [];
          const seed = trials.length > 1 ? [`seed ${trial.seed}`] : [];
          titles.set(trial, [`${runTitle(trial)}${text}`, ...examples, ...seed].join(' · '));
        }
      }
    }
  }
  return titles;
}

// The runs that a study may still start, by what runs beside each other: its trials rung by rung, then its final runs.
import type { RunConfig } from '../contracts/run-config.ts';
import type { Candidate, PendingFinal } from '../study/expand.ts';
import { askedTrials, dueTrials, resolveIfScored } from '../study/search/choose.ts';
import { type Settled, trialRecords } from './settled.ts';

/** So many runs, each of one of these configurations: of which ones, a search has yet to say where there are more. */
export interface RunsLeft {
  readonly configs: readonly RunConfig[];
  readonly count: number;
}

type Records = ReturnType<typeof trialRecords>;

/** In the order in which they run; only runs of one stage are under way at once. Settings that a search rejected are not among them. */
export function stagesLeft(finals: readonly PendingFinal[], settled: Settled): readonly (readonly RunsLeft[])[] {
  const records = trialRecords(finals, settled);
  return [...trialsLeft(finals, records, settled), finals.flatMap((final) => finalLeft(final, records, settled))];
}

function trialsLeft(finals: readonly PendingFinal[], records: Records, settled: Settled): RunsLeft[][] {
  const stages: RunsLeft[][] = [];
  // Those of one search serve several final runs.
  const seen = new Set<RunConfig>();
  const add = (stage: number, trials: readonly RunConfig[], count: number): void => {
    const configs = trials.filter((trial) => !seen.has(trial) && settled.ofTrial(trial) === undefined);
    for (const trial of configs) seen.add(trial);
    while (stages.length <= stage) stages.push([]);
    if (configs.length > 0) stages[stage]?.push({ configs, count: Math.min(count, configs.length) });
  };
  for (const final of finals) {
    const due = dueTrials(final, records);
    if (due.length === 0) continue;
    add(0, due, due.length);
    const { rung, going } = stateOf(final, records);
    for (const [ahead, count] of final.counts.slice(rung + 1).entries()) {
      const trials = going.map(({ rungs }) => rungs[rung + 1 + ahead] ?? []);
      add(ahead + 1, trials.flat(), count * (trials[0]?.length ?? 0));
    }
  }
  return stages;
}

function finalLeft(final: PendingFinal, records: Records, settled: Settled): RunsLeft[] {
  if (dueTrials(final, records).length > 0) {
    return [{ configs: stateOf(final, records).going.map(({ config }) => config), count: 1 }];
  }
  const resolved = resolveIfScored(final, records);
  if (resolved === undefined || settled.ofFinal(resolved) !== undefined) return [];
  return [{ configs: [resolved.config], count: 1 }];
}

/** The rung that a search is on, and the settings that it may still choose: those that have come to it. */
function stateOf(final: PendingFinal, records: Records): { readonly rung: number; readonly going: Candidate[] } {
  const asked = new Set(askedTrials(final, records));
  const isOn = ({ rungs }: Candidate, rung: number) => rungs[rung]?.some((trial) => asked.has(trial)) ?? false;
  const rung = final.counts.findLastIndex((_, index) => final.candidates.some((candidate) => isOn(candidate, index)));
  return { rung, going: final.candidates.filter((candidate) => isOn(candidate, rung)) };
}

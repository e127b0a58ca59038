// The ids of a study's runs, and which of its trials are one.
import { Faults, InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { shown } from '../contracts/validate.ts';
import { type Candidate, type PendingFinal, trialsOf } from '../study/expand.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

/** Where a search has settings of its own, methods that differ in final runs alone have the same trials: these run once. */
export function shareTrials(finals: readonly PendingFinal[], ids: ReadonlyMap<RunConfig, string>): PendingFinal[] {
  const first = new Map(
    finals
      .flatMap(trialsOf)
      .reverse()
      .map((trial) => [ids.get(trial), trial]),
  );
  const shared = (candidate: Candidate): Candidate => ({
    ...candidate,
    rungs: candidate.rungs.map((trials) => trials.map((trial) => first.get(ids.get(trial)) ?? trial)),
  });
  return finals.map(({ candidates: [one, ...others], counts }) => ({
    candidates: [shared(one), ...others.map(shared)],
    counts,
  }));
}

/** @throws InputError where final runs of two models or two labels are one run */
export async function identifyAll(
  finals: readonly PendingFinal[],
  sources: Sources,
  services: Services,
): Promise<Map<RunConfig, string>> {
  const ids = new Map<RunConfig, string>();
  const byId = new Map<string, RunConfig>();
  const faults = new Faults();
  const configs = finals.flatMap(({ candidates }) => candidates.map(({ config }) => config));
  for (const config of new Set([...finals.flatMap(trialsOf), ...configs])) {
    const id = await faults.ofLater(() => services.identifyRun(config, sources));
    if (id === undefined) continue;
    const fault = twinFault(byId.get(id) ?? config, config);
    if (fault !== undefined) faults.add(new InputError(fault));
    byId.set(id, config);
    ids.set(config, id);
  }
  faults.throw();
  return ids;
}

function twinFault(one: RunConfig, other: RunConfig): string | undefined {
  if (one.model !== other.model) {
    return `models: ${shown(one.model)} and ${shown(other.model)} have the same weights; expected each model once`;
  }
  const [{ label }, { label: again, learningRate }] = [one.method, other.method];
  if (label === again || other.purpose === 'search') return undefined;
  return `methods: ${shown(label)} and ${shown(again)} are the same at the learning rate ${learningRate}: method, options and training; expected each run under one label`;
}

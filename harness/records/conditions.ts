// What seconds and memory depend on beside the run itself: figures compare only where all of it is the same.
import type { RunRecord } from './schema.ts';
import { counted } from '../contracts/words.ts';

export type Conditions = Pick<
  RunRecord['environment'],
  'cpu' | 'cores' | 'platform' | 'threads' | 'backend' | 'device' | 'runtime' | 'node' | 'jobs'
>;

export function conditionsOf({ environment }: Pick<RunRecord, 'environment'>): Conditions {
  const { cpu, cores, platform, threads, backend, device, runtime, node, jobs } = environment;
  return { cpu, cores, platform, threads, backend, device, runtime, node, jobs };
}

/** Those of most records; of equally many, of the earlier ones. Undefined where there are none. */
export function usualConditions(records: readonly RunRecord[]): Conditions | undefined {
  const groups = new Map<string, { readonly conditions: Conditions; readonly count: number }>();
  for (const conditions of records.map(conditionsOf)) {
    const key = JSON.stringify(partsOf(conditions));
    const group = groups.get(key) ?? { conditions, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  const most = Math.max(...[...groups.values()].map(({ count }) => count));
  return [...groups.values()].find(({ count }) => count === most)?.conditions;
}

/** What of the conditions is not as usual; empty where all is. */
export function differenceFrom(usual: Conditions, conditions: Conditions): string {
  const wanted = partsOf(usual);
  return partsOf(conditions)
    .filter((part, index) => part !== wanted[index])
    .join(', ');
}

/** `AMD EPYC, 2 cores, 2 threads, onnx on cpu, onnxruntime-node 1.30.0, node v20.20.2, 1 run at once` */
export function conditionsText(conditions: Conditions): string {
  return partsOf(conditions).join(', ');
}

/** Processor, threads, place, runtime and load. */
function partsOf({ cpu, cores, platform, threads, backend, device, runtime, node, jobs }: Conditions): string[] {
  const load =
    jobs === null ? 'a number of runs at once that the record does not tell' : `${counted(jobs, 'run')} at once`;
  return [
    `${cpu}, ${counted(cores, 'core')}`,
    counted(threads, 'thread'),
    `${backend} on ${device}`,
    `${runtime}, node ${node} on ${platform}`,
    load,
  ];
}

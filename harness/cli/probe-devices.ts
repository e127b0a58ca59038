// Tries backends on devices, each in a process of its own: a device's driver writes to stderr what it likes, which says
// nothing that the reason does not, and one that crashes ends that process alone.
import type { Probe } from '../tensor/index.ts';
import { bundle } from './bundle-worker.ts';
import { runInChild, WorkerDied } from './child-process.ts';
import type { ProbeJob } from './probe-worker.ts';

export async function probeDevices(jobs: readonly ProbeJob[]): Promise<Probe[]> {
  const worker = await bundle('probe-worker.ts');
  try {
    return await Promise.all(jobs.map((job) => probe(worker.entry, job)));
  } finally {
    await worker.remove();
  }
}

async function probe(entry: string, job: ProbeJob): Promise<Probe> {
  const silent = { onProgress() {}, onOutput() {} };
  try {
    return await runInChild<Probe, never>(entry, job, silent, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof WorkerDied)) throw error;
    return { works: false, reason: `the device ${job.device} is not there: ${error.message}` };
  }
}

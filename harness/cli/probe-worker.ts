// The entry of a process that tries a backend on a device.
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { probeBackend } from '../tensor/index.ts';
import { serveJob } from './serve-job.ts';

export interface ProbeJob {
  readonly backend: BackendName;
  readonly device: Device;
  readonly threads: number;
}

serveJob(async ({ backend, ...options }: ProbeJob) => probeBackend(backend, options));

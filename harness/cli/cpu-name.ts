import { cpus } from 'node:os';

/** The processor, as the system names it. */
export function cpuName(): string {
  return cpus()[0]?.model.trim() ?? 'unknown';
}

// What this machine has for runs: memory, room on disk, and its rate in matrix products.
import { statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { cpuName } from './cpu-name.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes that a process of this one's kind may take: the machine's, or less where a container says so. */
  readonly memoryBytes: number;
  /** Bytes that are free where the records go. */
  readonly freeDiskBytes: number;
}

export function thisMachine(folder: string): Machine {
  return { cpu: cpuName(), cores: availableParallelism(), memoryBytes: memoryHere(), freeDiskBytes: freeDisk(folder) };
}

export function memoryHere(): number {
  // 0 where nothing is said, and more than there is where nothing is limited.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function freeDisk(folder: string): number {
  const { bavail, bsize } = statfsSync(existing(resolve(folder)));
  return bavail * bsize;
}

/** The nearest folder above that there is. */
function existing(folder: string): string {
  return statIfThere(folder) === undefined ? existing(dirname(folder)) : folder;
}

// Which process one is, told apart from others of its id on other hosts, in other containers and at other times.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import Type, { type Static } from 'typebox';
import { isSystemError } from '../contracts/write-error.ts';
import { processExists } from '../records/process-exists.ts';

const optional = Type.Union([Type.String(), Type.Null()]);

export const ProcessNameSchema = Type.Object({
  host: Type.String(),
  /** The boot of the system, and the container whose process ids these are; null where the system does not tell. */
  boot: optional,
  pid: Type.Integer({ minimum: 1 }),
  /** When the process started, in the system's ticks: ids are given again. Null where the system does not tell. */
  start: optional,
});
export type ProcessName = Static<typeof ProcessNameSchema>;

export function thisProcess(): ProcessName {
  return { host: hostname(), boot: bootName(), pid: process.pid, start: statusOf(process.pid)?.start ?? null };
}

/** What became of a process: unknown where it runs, or ran, out of this one's sight. */
export function fateOf({ host, boot, pid, start }: ProcessName): 'alive' | 'gone' | 'unknown' {
  const here = thisProcess();
  if (host !== here.host || boot !== here.boot) return 'unknown';
  if (!processExists(pid)) return 'gone';
  const status = statusOf(pid);
  if (status === undefined || start === null) return 'unknown';
  return status.start === start && !status.ended ? 'alive' : 'gone';
}

function bootName(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}

/** From Linux's /proc (proc_pid_stat(5)): the third field is the state, the 22nd the start; the second may hold spaces. */
function statusOf(pid: number): { readonly start: string; readonly ended: boolean } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // One that has ended keeps its id until its parent asks how it ended.
    return { start: rest[18] ?? '', ended: 'ZXx'.includes(state) };
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

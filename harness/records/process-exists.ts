// Whether a process of this host is there: one of another user is too.
import { isSystemError } from '../contracts/write-error.ts';

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM';
  }
}

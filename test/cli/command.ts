// The command line in a process of its own, as a user starts it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PEFTBENCH = [process.execPath, '--import', 'tsx', 'harness/cli/main.ts'] as const;

export const start = (...args: string[]) => spawn(PEFTBENCH[0], [...PEFTBENCH.slice(1), ...args], { cwd: ROOT });

/** In a shell, with what follows it (`| head -1`); gives the command's own exit code, and what reached stderr. */
export function inShell(args: readonly string[], rest: string): Promise<{ code: number | null; stderr: string }> {
  const child = spawn('bash', ['-c', `set -o pipefail; "$@" ${rest}`, 'bash', ...PEFTBENCH, ...args], { cwd: ROOT });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}

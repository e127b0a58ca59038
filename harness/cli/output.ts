// Where a command prints, and how it says its exit code; replaceable in tests.
import { isSystemError, systemReason } from '../contracts/write-error.ts';

export interface Output {
  /** To stdout: results only. */
  print(text: string): void;
  readonly stderr: NodeJS.WriteStream;
  /** Sets the exit code; the command goes on to its end. */
  exit(code: number): void;
}

export const processOutput: Output = {
  print: (text) => void process.stdout.write(text),
  stderr: process.stderr,
  exit(code) {
    process.exitCode = code;
  },
};

/**
 * What becomes of output that nobody takes: a reader that has seen enough (`| head`) is no error, and the command goes on to
 * its end; a file that cannot hold it is one line and exit code 1.
 */
export function watchOutput(): void {
  process.stderr.on('error', (error) => {
    // There is nowhere left to say it.
    if (!isSystemError(error)) throw error;
  });
  process.stdout.on('error', (error) => {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EPIPE') return;
    process.stderr.write(`peftbench: stdout: cannot be written: ${systemReason(error)}\n`);
    process.exitCode = 1;
  });
}

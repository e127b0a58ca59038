// Where a command prints, and how it says its exit code; replaceable in tests.
import { isSystemError, systemReason } from '../contracts/write-error.ts';
import { printable, printableLine } from '../contracts/printable.ts';

export interface Output {
  /** To stdout: results only, and nothing in them that a terminal obeys. */
  print(text: string): void;
  readonly stderr: NodeJS.WriteStream;
  /** Sets the exit code; the command goes on to its end. */
  exit(code: number): void;
}

export const processOutput: Output = {
  print: (text) => void process.stdout.write(printable(text)),
  stderr: process.stderr,
  exit(code) {
    process.exitCode = code;
  },
};

/** A line for people, of which a terminal obeys nothing. */
export function writeLine(stream: Pick<NodeJS.WriteStream, 'write'>, line: string): void {
  stream.write(`${printableLine(line)}\n`);
}

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
    writeLine(process.stderr, `peftbench: stdout: cannot be written: ${systemReason(error)}`);
    process.exitCode = 1;
  });
}

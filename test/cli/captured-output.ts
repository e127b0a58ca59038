// What a command prints, writes to stderr and exits with, in place of the process's own.
import type { Output } from '../../harness/cli/output.ts';

export interface CapturedOutput extends Output {
  readonly code: number;
  readonly written: string;
  readonly printed: string;
}

export function captureOutput(): CapturedOutput {
  let [code, written, printed] = [0, '', ''];
  const stderr = Object.create(process.stderr, {
    write: {
      value: (text: string) => {
        written += text;
        return true;
      },
    },
    isTTY: { value: false },
  }) as NodeJS.WriteStream;
  return {
    print(text) {
      printed += text;
    },
    stderr,
    exit(given) {
      code = given;
    },
    get code() {
      return code;
    },
    get written() {
      return written;
    },
    get printed() {
      return printed;
    },
  };
}

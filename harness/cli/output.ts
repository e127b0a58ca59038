// Where a command prints, and how it says its exit code; replaceable in tests.
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

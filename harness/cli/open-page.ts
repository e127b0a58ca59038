// Shows a page by what the system opens files with; where there is none, or it fails, a line says so.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type Output, writeLine } from './output.ts';

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/** What opens files, by platform. */
const OPENERS: Readonly<Record<string, (path: string) => Opener>> = {
  darwin: (path) => ({ command: 'open', args: [path] }),
  // Unlike `start`, no shell reads the path.
  win32: (path) => ({ command: 'rundll32', args: ['url.dll,FileProtocolHandler', path] }),
};
const elsewhere = (path: string): Opener => ({ command: 'xdg-open', args: [path] });

/** One that still runs by then shows the page. */
const PATIENCE_MS = 3000;

/** Says the path in any case. Never throws: a page that cannot be shown is still written. */
export async function openPage(
  path: string,
  output: Pick<Output, 'stderr'>,
  platform: string = process.platform,
): Promise<void> {
  // One that begins with a hyphen would be an option.
  const { command, args } = (OPENERS[platform] ?? elsewhere)(resolve(path));
  const problem = await started(command, args);
  const told = problem === undefined ? `opened ${path}` : `${problem}: open ${path} in a browser`;
  writeLine(output.stderr, told);
}

/** Gives what went wrong, in a line. */
function started(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((settle) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    const patience = setTimeout(() => {
      child.unref();
      settle(undefined);
    }, PATIENCE_MS);
    const end = (problem: string | undefined): void => {
      clearTimeout(patience);
      settle(problem);
    };
    child.once('error', ({ message }) => end(`nothing here opens a page (${message})`));
    child.once('close', (code, signal) => end(code === 0 ? undefined : `${command} ${endOf(code, signal)}`));
  });
}

const endOf = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;

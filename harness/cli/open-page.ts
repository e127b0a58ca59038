// Shows a page by what the system opens files with; where there is none, or it fails, a line says so.
import { spawn } from 'node:child_process';
import type { Output } from './output.ts';

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/** What opens files, by platform. */
const OPENERS: Readonly<Record<string, (path: string) => Opener>> = {
  darwin: (path) => ({ command: 'open', args: [path] }),
  // `start` takes its first quoted argument for a title.
  win32: (path) => ({ command: 'cmd', args: ['/c', 'start', '""', path] }),
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
  const { command, args } = (OPENERS[platform] ?? elsewhere)(path);
  const problem = await started(command, args);
  const told = problem === undefined ? `opened ${path}` : `${problem}: open ${path} in a browser`;
  output.stderr.write(`${told}\n`);
}

/** Gives what went wrong, in a line. */
function started(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    const patience = setTimeout(() => {
      child.unref();
      resolve(undefined);
    }, PATIENCE_MS);
    const end = (problem: string | undefined): void => {
      clearTimeout(patience);
      resolve(problem);
    };
    child.once('error', ({ message }) => end(`nothing here opens a page (${message})`));
    child.once('close', (code) => end(code === 0 ? undefined : `${command} ended with exit code ${code}`));
  });
}

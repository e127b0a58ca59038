// A real browser that is installed here, or why there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Gives a reason in place of a browser. */
export async function startBrowser(): Promise<Browser | string> {
  const executablePath = process.env.CHROMIUM_PATH ?? NAMES.map(pathOf).find((path) => path !== '');
  if (executablePath === undefined) return `no ${NAMES.join(', ')} is installed, and CHROMIUM_PATH names none`;
  if (!existsSync(executablePath)) return `CHROMIUM_PATH: ${executablePath}: no such file`;
  // Its sandbox does not start for the superuser, as whom containers run.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    return await chromium.launch({ executablePath, args });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // What follows is its whole log.
    return `${executablePath} does not start: ${error.message.split('\n', 1)[0]}`;
  }
}

function pathOf(name: string): string {
  const { stdout, status } = spawnSync('which', [name], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

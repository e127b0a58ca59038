// A page in a browser, with all that it complained of and asked of others.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Axe, from the beginning: the page's policy lets no script in later. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface OpenedPage {
  readonly page: Page;
  /** Messages of the console that are errors or warnings, errors of scripts, and requests other than for the page. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  await context.addInitScript(AXE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) complaints.push(`request: ${url}`);
  });
  await page.goto(address);
  return { page, complaints, close: () => context.close() };
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Of axe's findings those that are serious or critical, a line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations }: AxeResults = await page.evaluate('axe.run(document)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, impact, nodes }) =>
        `axe ${impact} ${id}: ${nodes.length} times, first ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
    );
}

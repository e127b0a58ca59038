// What a page owes its readers, tried in a browser as they would: each check gives what is wrong, a line each.
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { RAN } from './hostile-page.ts';
import { type OpenedPage, openFile, seriousFindings } from './opened-page.ts';

export interface Check {
  readonly name: string;
  /** @param shot takes a picture of that name */
  run(browser: Browser, file: string, shot: (page: Page, name: string) => Promise<void>): Promise<string[]>;
}

export const PHONE = { width: 400, height: 860 };
export const DESK = { width: 1280, height: 900 };
const MOST_TABS = 400;

/** A page of a size, its complaints among what is wrong. */
async function on(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  look: (opened: OpenedPage) => Promise<string[]>,
): Promise<string[]> {
  const opened = await openFile(browser, file, options);
  try {
    const wrong = await look(opened);
    const ran = options.javaScriptEnabled !== false && (await opened.page.evaluate(RAN)) === true;
    return [...opened.complaints, ...wrong, ...unless(!ran, 'what stands in a record was run')];
  } finally {
    await opened.close();
  }
}

const unless = (holds: boolean, otherwise: string): string[] => (holds ? [] : [otherwise]);

export const CHECKS: readonly Check[] = [
  {
    name: 'light, 1,280 px: nothing serious by axe',
    run: (browser, file, shot) =>
      on(browser, file, { viewport: DESK, colorScheme: 'light' }, async ({ page }) => {
        await shot(page, 'light-1280');
        await shot(page, TOP);
        return seriousFindings(page);
      }),
  },
  {
    name: 'dark: nothing serious by axe, and the switch changes it',
    run: (browser, file, shot) =>
      on(browser, file, { viewport: DESK, colorScheme: 'dark' }, async ({ page }) => {
        await shot(page, 'dark-1280');
        const found = await seriousFindings(page);
        const before = await paper(page);
        await page.click('.top button');
        return [...found, ...unless((await paper(page)) !== before, 'the switch changes no colour')];
      }),
  },
  {
    name: 'phone, 400 px: tables scroll in their box, the page does not',
    run: (browser, file, shot) =>
      on(browser, file, { viewport: PHONE }, async ({ page }) => {
        await shot(page, 'phone-400');
        const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
        return [...unless(width <= PHONE.width, `the page is ${width} px wide`), ...(await seriousFindings(page))];
      }),
  },
  {
    name: 'keyboard: skip, sort, open what is behind a figure, close it',
    run: (browser, file, shot) =>
      on(browser, file, { viewport: DESK }, async ({ page }) => {
        await page.keyboard.press('Tab');
        const skips = await page.evaluate("document.activeElement.matches('.skip')");
        const sorts = await tabTo(page, 'thead button');
        await page.keyboard.press('Enter');
        const sorted = await page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')");
        const opens = await tabTo(page, 'td button.figure');
        await page.keyboard.press('Enter');
        const isOpen = await page.evaluate(
          "document.querySelector('dialog').open && document.activeElement.closest('dialog') !== null",
        );
        const runs = await tabTo(page, 'dialog .run > summary');
        const closed = await page.evaluate('!document.activeElement.parentElement.open');
        if (closed) await page.keyboard.press('Enter');
        await page.waitForSelector('dialog .run[open] .leaves');
        await shot(page, 'panel');
        const found = await seriousFindings(page);
        await page.keyboard.press('Escape');
        const isBack = await page.evaluate(
          "!document.querySelector('dialog').open && document.activeElement.matches('td button.figure')",
        );
        return [
          ...unless(skips === true, 'the first stop is not the skip link'),
          ...unless(sorts, 'no heading is reached'),
          ...unless(sorted === 'ascending', `sorted ${sorted}`),
          ...unless(opens && isOpen === true, 'no figure opens'),
          ...unless(runs, 'no run is reached'),
          ...unless(isBack === true, 'Escape does not lead back to the figure'),
          ...found,
        ];
      }),
  },
  {
    name: 'filter: rows that hold the words, and their number said',
    run: (browser, file) =>
      on(browser, file, { viewport: DESK }, async ({ page }) => {
        const fields = await page.$$('.table:has(input[type=search])');
        const wrong: string[] = [];
        for (const table of fields) {
          const field = await table.$('input[type=search]');
          const word =
            (await table.$eval('tbody tr:last-child th', (cell) => cell.textContent))?.trim().split(/\s/)[0] ?? '';
          await field?.fill(word);
          const rows = (await table.$$('tbody tr:not([hidden])')).length;
          const all = (await table.$$('tbody tr')).length;
          const told = await table.$eval('[role=status]', (status) => status.textContent);
          if (rows === 0 || told !== `${rows} of ${all} rows`)
            wrong.push(`${word}: ${rows} of ${all} rows, said ${told}`);
        }
        return wrong;
      }),
  },
  {
    name: 'trade-offs: every pair of measures is drawn',
    run: (browser, file, shot) =>
      on(browser, file, { viewport: DESK }, async ({ page }) => {
        const wrong: string[] = [];
        const selects = await page.$$('#plot select');
        const [up, across] = selects.slice(-2);
        if (up === undefined || across === undefined) return ['no axes to choose'];
        for (const x of ['trainable', 'memory', 'seconds', 'quality']) {
          for (const y of ['quality', 'cumulative', 'stored']) {
            await up.selectOption(y);
            await across.selectOption(x);
            const told = (await page.textContent('#plot > .told')) ?? '';
            if (!/^(On the front: .+|No method has both figures)/.test(told)) wrong.push(`${y} by ${x}: ${told}`);
          }
        }
        await (await page.$('#trade-offs'))?.scrollIntoViewIfNeeded();
        await shot(page, 'trade-offs');
        return wrong;
      }),
  },
  {
    name: 'examples: won and lost add up',
    run: (browser, file) =>
      on(browser, file, { viewport: DESK }, async ({ page }) => {
        if ((await page.$('#comparison')) === null) return [];
        const told = (await page.textContent('#comparison > .told[role=status]')) ?? '';
        const [all, ...parts] = [...told.matchAll(/(?:Of|on) (\d+)/g)].map((match) => Number(match[1]));
        const sum = parts.reduce((total, part) => total + part, 0);
        return unless(all !== undefined && all > 0 && sum === all, `examples: ${told}`);
      }),
  },
  {
    name: 'copy: the command goes to the clipboard, or is selected',
    run: (browser, file) =>
      on(browser, file, { viewport: DESK, permissions: ['clipboard-read', 'clipboard-write'] }, async ({ page }) => {
        const command = await page.textContent('#reproduce code');
        await page.click('#reproduce .copy');
        await page.waitForFunction("document.querySelector('#reproduce .command .told').textContent !== ''");
        const told = await page.textContent('#reproduce .command .told');
        const from = told === 'Copied' ? 'navigator.clipboard.readText()' : 'getSelection().toString()';
        const copied = await page.evaluate(from);
        return unless(
          copied === command,
          `${told}, but ${JSON.stringify(copied)} in place of ${JSON.stringify(command)}`,
        );
      }),
  },
  {
    name: 'print: all is open, and there are no buttons',
    run: (browser, file, shot) =>
      on(browser, file, { viewport: DESK }, async ({ page }) => {
        await page.emulateMedia({ media: 'print' });
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        await shot(page, 'print');
        const closed = Number(await page.evaluate("document.querySelectorAll('main details:not([open])').length"));
        const buttons = await page.evaluate(
          "[...document.querySelectorAll('nav, .copy, .controls, input, select')].filter((each) => each.checkVisibility()).length",
        );
        await page.evaluate("dispatchEvent(new Event('afterprint'))");
        const sheets = (await page.pdf()).length;
        return [
          ...unless(closed === 0, `${closed} are closed`),
          ...unless(buttons === 0, `${buttons} buttons and fields`),
          ...unless(sheets > 10_000, 'nothing is printed'),
        ];
      }),
  },
  {
    name: 'without a script: tables and figures are there',
    run: (browser, file) =>
      on(browser, file, { viewport: DESK, javaScriptEnabled: false }, async ({ page }) =>
        unless(
          (await page.$$('tbody tr')).length > 0 && (await page.isVisible('main > noscript, main p')),
          'nothing to read',
        ),
      ),
  },
];

async function paper(page: Page): Promise<unknown> {
  return page.evaluate('getComputedStyle(document.body).backgroundColor');
}

/** Whether the keyboard gets to it. */
async function tabTo(page: Page, selector: string): Promise<boolean> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return true;
  }
  return false;
}

/** What one sees first at a desk, and of a run: not the whole page. */
const TOP = 'top-1280';
const IN_VIEW: readonly string[] = [TOP, 'panel'];

/** Pictures below a folder, whole pages but for those of what is in view. */
export function shotsBelow(folder: string | undefined, study: string) {
  return async (page: Page, name: string): Promise<void> => {
    if (folder === undefined) return;
    await page.screenshot({ path: join(folder, `${study}-${name}.png`), fullPage: !IN_VIEW.includes(name) });
  };
}

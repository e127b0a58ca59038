// The page that `report` writes beside the tables, and shows where it is asked to.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { QUICK } from '../audit/quick-study.ts';
import { all, one, parsed } from '../report/page/parsed.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { NOTES_WHAT_IT_OPENS, onlyPrograms } from './programs.ts';

async function report(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(['report', ...args], services, output);
  return { code: output.code, stderr: output.written };
}

function quickCopy(): string {
  const folder = temporaryFolder();
  cpSync(QUICK, folder, { recursive: true });
  rmSync(join(folder, 'report'), { recursive: true, force: true });
  return folder;
}

it("has the study's claims, its tables as they are written, its figures and the examples of its runs", async () => {
  const folder = quickCopy();
  expect(await report(folder)).toMatchObject({ code: 0 });
  const page = readFileSync(join(folder, 'report', 'index.html'), 'utf8');
  const root = parsed(page);
  expect(all(root, '.claims > li').length).toBeGreaterThan(9);
  const markdown = readFileSync(join(folder, 'report', 'tables.md'), 'utf8');
  const figures = all(one(root, '#tables table'), '.figure').map(({ textContent }) => textContent);
  for (const text of figures) expect(markdown).toContain(text);
  expect(all(root, '#figures svg').length).toBeGreaterThan(3);
  const { examples }: { examples: readonly { readonly task: string }[] } = JSON.parse(one(root, '#data').textContent);
  expect(examples.map(({ task }) => task)).toEqual(['glue/stsb', 'commonsense/arc-easy', 'commonsense/openbookqa']);
  await report(folder);
  expect(readFileSync(join(folder, 'report', 'index.html'), 'utf8')).toBe(page);
});

it.skipIf(process.platform === 'win32')('--open gives the system the page that was written, and says so', async () => {
  const [folder, out] = [quickCopy(), temporaryFolder()];
  const programs = onlyPrograms({ 'xdg-open': NOTES_WHAT_IT_OPENS, open: NOTES_WHAT_IT_OPENS }, true);
  const { code, stderr } = await report(folder, '--out', out, '--open');
  expect(code).toBe(0);
  expect(stderr).toContain(`opened ${join(out, 'index.html')}\n`);
  expect(readFileSync(join(programs, 'opened'), 'utf8')).toBe(join(out, 'index.html'));
  expect(existsSync(join(out, 'index.html'))).toBe(true);
});

it.skipIf(process.platform === 'win32')(
  '--open shows no page that was not written, and says so',
  async () => {
    const folder = quickCopy();
    const programs = onlyPrograms({ 'xdg-open': NOTES_WHAT_IT_OPENS, open: NOTES_WHAT_IT_OPENS }, true);
    const NO_PAGE = '--open: no page is written, and none is shown\n';
    const part = await report(folder, '--only', 'task=glue/stsb', '--open');
    expect([part.code, part.stderr.includes(NO_PAGE)]).toEqual([0, true]);
    // A page of an earlier report is there, and a table of this one cannot be written.
    mkdirSync(join(folder, 'report', 'scores.csv'), { recursive: true });
    writeFileSync(join(folder, 'report', 'index.html'), 'earlier');
    const failed = await report(folder, '--open');
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain(NO_PAGE);
    expect(existsSync(join(programs, 'opened'))).toBe(false);
  },
  60_000,
);

it('makes no claims of a part of a study', async () => {
  const [folder, out] = [quickCopy(), temporaryFolder()];
  expect(await report(folder, '--only', 'task=glue/stsb', '--out', out)).toMatchObject({ code: 0 });
  const root = parsed(readFileSync(join(out, 'index.html'), 'utf8'));
  expect(all(root, '.claims > li')).toEqual([]);
  expect(all(root, '.sentences > li')).toHaveLength(1);
});

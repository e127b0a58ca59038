// `npm run test:page`: the pages of the committed studies in a real browser, and pictures of them where a folder is given:
// npm run test:page -- [--shots DIR] [PAGE.html...]. Where no browser is installed, or it does not start, it says so and ends
// without a failure.
// README's picture, results/quick/report/page.png, is quick-top-1280.png of such a folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBrowser } from './page/browser.ts';
import { hostilePage } from './page/hostile-page.ts';
import { CHECKS, shotsBelow } from './page/checks.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({ options: { shots: { type: 'string' } }, allowPositionals: true });
const { shots } = values;
const browser = await startBrowser();
if (typeof browser === 'string') {
  process.stdout.write(`skipped: ${browser}\n`);
  process.exit(0);
}
const scratch = mkdtempSync(join(tmpdir(), 'peftbench-pages-'));
let failed = 0;
try {
  if (shots !== undefined) mkdirSync(shots, { recursive: true });
  const files = positionals.length > 0 ? positionals : [...studies().map(pageOf), hostileFile()];
  for (const file of files) {
    const name = nameOf(file);
    for (const check of CHECKS) {
      const wrong = await check.run(browser, file, shotsBelow(shots, name));
      process.stdout.write(`${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${check.name}\n`);
      for (const line of wrong) process.stdout.write(`         ${line}\n`);
      failed += Number(wrong.length > 0);
    }
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);

/** Of the study whose report it is, or else the file's own. */
function nameOf(file: string): string {
  const name = basename(file, '.html');
  return name === 'index' ? basename(dirname(file)) : name;
}

/** Those with records. */
function studies(): string[] {
  const folders = readdirSync(join(ROOT, 'results')).map((name) => join('results', name));
  return folders.filter(
    (folder) => existsSync(join(ROOT, folder, 'study.json')) && existsSync(join(ROOT, folder, 'runs')),
  );
}

function hostileFile(): string {
  const file = join(scratch, 'hostile.html');
  writeFileSync(file, hostilePage());
  return file;
}

function pageOf(study: string): string {
  const folder = join(scratch, basename(study));
  const report = [join(ROOT, 'scripts', 'peftbench.mjs'), 'report', study, '--out', folder];
  const { status, stderr } = spawnSync(process.execPath, report, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`report ${study}: ${stderr}`);
  return join(folder, 'index.html');
}

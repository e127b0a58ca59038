// One process at a time holds a folder: held against others, taken over from one that is gone, by one alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { claimFolder } from '../../harness/cli/claim-folder.ts';
import { fateOf, thisProcess } from '../../harness/cli/process-name.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A program that claims the folder it is given, once told to, and says what came of it. */
let program: string;

beforeAll(async () => {
  program = join(mkdtempSync(join(tmpdir(), 'peftbench-claim-')), 'claim.mjs');
  await build({
    stdin: {
      contents: `
        import { claimFolder } from './harness/cli/claim-folder.ts';
        process.once('message', () => {
          try {
            const claim = claimFolder(process.argv[2]);
            process.send('claimed');
            process.once('message', () => { claim.release(); process.disconnect(); });
          } catch (error) {
            process.send(error.name + ': ' + error.message, () => process.exit());
          }
        });
        process.send('ready');
      `,
      resolveDir: join(import.meta.dirname, '../..'),
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rmSync(dirname(program), { recursive: true }));

const said = (child: ChildProcess) => new Promise<string>((resolve) => child.once('message', resolve));

async function ready(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await said(child);
  return child;
}

async function attempt(child: ChildProcess): Promise<string> {
  const answer = said(child);
  child.send('claim');
  return answer;
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

const lockOf = (folder: string) => join(folder, 'run.lock');
const held = (pid: number | undefined) =>
  new RegExp(`^InputError: .*: process ${pid} on host \\S+, since \\d{4}-[^,]*, writes to it; expected one process`);

describe('a folder that a process holds', () => {
  it('is refused to another, also while it is stopped, and free once it is released', async () => {
    const folder = temporaryFolder();
    const [one, two, three] = await Promise.all([ready(folder), ready(folder), ready(folder)]);
    expect(await attempt(one)).toBe('claimed');
    one.kill('SIGSTOP');
    expect(await attempt(two)).toMatch(held(one.pid));
    one.kill('SIGCONT');
    const ended = new Promise((resolve) => one.once('close', resolve));
    one.send('release');
    await ended;
    expect(readdirSync(folder)).toEqual([]);
    expect(await attempt(three)).toBe('claimed');
  });

  it('is taken over by one alone of many that find it dead', async () => {
    const folder = temporaryFolder();
    const [first, ...others] = await Promise.all(Array.from({ length: 9 }, () => ready(folder)));
    if (first === undefined) throw new Error('expected a process');
    expect(await attempt(first)).toBe('claimed');
    await killed(first);
    expect(existsSync(lockOf(folder))).toBe(true);
    const answers = await Promise.all(others.map(attempt));
    expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
    for (const answer of answers) expect(answer).toMatch(/^claimed$|^InputError: .*expected one process/);
    expect(readdirSync(folder)).toEqual(['run.lock']);
  });

  it('is taken over although the removal of its lock was cut off, too', async () => {
    const folder = temporaryFolder();
    const [one, two] = await Promise.all([ready(folder), ready(folder)]);
    expect(await attempt(one)).toBe('claimed');
    await killed(one);
    const text = readFileSync(lockOf(folder), 'utf8');
    writeFileSync(`${lockOf(folder)}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}`, text);
    expect(await attempt(two)).toBe('claimed');
  });
});

/** A lock of a holder like this process but for what is given, last written to so many seconds ago. */
function lockedFolder(holder: object | string, age = 0): string {
  const given = { ...thisProcess(), since: '2025-01-02T03:04:05.678Z' };
  const text = typeof holder === 'string' ? holder : JSON.stringify({ ...given, ...holder });
  const folder = temporaryFolder({ 'run.lock': text });
  const then = Date.now() / 1000 - age;
  utimesSync(lockOf(folder), then, then);
  return folder;
}

const claimed = (folder: string): boolean => {
  try {
    claimFolder(folder).release();
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
};

describe('a lock', () => {
  const linux = process.platform === 'linux';
  it.each<[string, object | string, number, boolean]>([
    ['of this process', {}, 1000, !linux],
    ['of a process that got the id of one that is gone', { start: '1' }, 0, linux],
    ['of another host, beating', { host: 'elsewhere' }, 5, false],
    ['of another host, silent', { host: 'elsewhere' }, 1000, true],
    ['of this host before it was started anew, or of another container, beating', { boot: 'other' }, 5, false],
    ['of this host before it was started anew, or of another container, silent', { boot: 'other' }, 1000, true],
    ['that is just being written', '', 0, false],
    ['whose writer was cut off', '{"host":', 1000, true],
  ])('%s', (_what, holder, age, free) => {
    const folder = lockedFolder(holder, age);
    expect(claimed(folder)).toBe(free);
    expect(readdirSync(folder)).toEqual(free ? [] : ['run.lock']);
  });

  it('of another host says when it was last seen', () => {
    expect(() => claimFolder(lockedFolder({ host: 'elsewhere', pid: 7 }, 5))).toThrow(
      /: process 7 on host elsewhere, since 2025-01-02T03:04:05\.678Z, writes to it \(last seen \d s ago, gone after 90\)/,
    );
  });
});

it.runIf(process.platform === 'linux')('a process that has ended is gone, though nobody has asked how', async () => {
  const script = 'sleep 0 & echo "$!"; exec sleep 60';
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
  const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
  while (!stat().includes(') Z ')) await new Promise((resolve) => setTimeout(resolve, 10));
  const start = stat().split(' ')[21] ?? '';
  expect(fateOf({ ...thisProcess(), pid, start })).toBe('gone');
});

describe('a claim', () => {
  it('is renewed where its lock was removed, and lost where another process took it over', () => {
    const folder = temporaryFolder();
    const claim = claimFolder(folder);
    rmSync(lockOf(folder));
    claim.renew();
    const other = JSON.stringify({ ...thisProcess(), host: 'elsewhere', pid: 7, since: 'now' });
    writeFileSync(lockOf(folder), other);
    expect(() => claim.renew()).toThrow(/process 7 on host elsewhere, since now, has taken it over/);
    claim.release();
    expect(readFileSync(lockOf(folder), 'utf8')).toBe(other);
  });

  it.skipIf(!canMount)('on a full disk is refused, and leaves nothing (needs leave to mount one)', () => {
    const disk = smallDisk();
    try {
      writeFileSync(join(disk, 'full'), 'x'.repeat(1 << 20));
    } catch {
      // Full now.
    }
    expect(() => claimFolder(disk)).toThrow(/run\.lock: cannot be written: no space left on device/);
    expect(readdirSync(disk)).toEqual(['full']);
  });
});

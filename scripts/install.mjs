// Installs into a folder beside node_modules and puts the result in its place at the end: what was there works until then,
// and stays where the installation fails or is cut off. That folder is also the lock: one process installs, others wait.
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isInstalled } from './installed.mjs';

/** What npm reads in a project's folder. */
const PROJECT_FILES = ['package.json', 'package-lock.json', '.npmrc'];
const BEAT_MS = 2000;
/** A holder on another host, or one whose process id another process has now, counts as gone after so long without a beat. */
const SILENCE_MS = 30_000;
const POLL_MS = 200;

/** Gives the exit code: 0, 2 where the place does not allow it, or npm's. Says on stderr what it does. */
export async function install(root, needs) {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    // What it leads to may be another project's.
    say('node_modules is a link and not of this lock file: remove it, or run npm ci where it leads');
    return 2;
  }
  const folder = join(root, '.installing');
  try {
    const holder = await hold(folder, () => isInstalled(root, needs));
    return holder === undefined ? 0 : await installHeld(root, folder, holder, needs);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    say(
      `${root}: the packages cannot be installed (${error.message}); expected that to be possible, or node_modules of its package-lock.json`,
    );
    return 2;
  }
}

async function installHeld(root, folder, holder, needs) {
  const beating = setInterval(() => beat(holder), BEAT_MS);
  try {
    say('installing dependencies (npm ci)');
    for (const name of PROJECT_FILES) {
      if (existsSync(join(root, name))) copyFileSync(join(root, name), join(folder, name));
    }
    const code = await npmCi(folder, needs.development ? ['--include=dev'] : []);
    // Taken for gone, as from another host a process that was stopped for long looks: the other one is at it now.
    if (!isHeld(holder)) return await install(root, needs);
    if (code === 0) replace(root, folder);
    else say('npm ci failed; its output is above');
    return code;
  } finally {
    clearInterval(beating);
    if (isHeld(holder)) rmSync(folder, { recursive: true, force: true });
  }
}

/** The old packages go aside, the new ones in their place; where that fails, the old ones go back. */
function replace(root, folder) {
  const [current, previous] = [join(root, 'node_modules'), join(folder, 'previous')];
  const had = existsSync(current);
  if (had) renameSync(current, previous);
  try {
    renameSync(join(folder, 'node_modules'), current);
  } catch (error) {
    if (had) renameSync(previous, current);
    throw error;
  }
}

function npmCi(cwd, options) {
  return new Promise((resolve, reject) => {
    // npm's own output would mix with a command's results on stdout.
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', ...options], {
      cwd,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Waits until the folder is this process's own, or until nothing is left to do.
 * @returns the holder's file with its content; undefined where another process has done the work
 */
async function hold(folder, isDone) {
  const holder = { file: join(folder, 'holder'), text: `${process.pid} ${hostname()}` };
  let seen;
  while (!make(folder)) {
    const other = stateOf(holder.file);
    if (seen === undefined) say('another process is installing the dependencies');
    if (seen?.state !== other.state) seen = { state: other.state, since: performance.now() };
    if (other.isGone || performance.now() - seen.since > SILENCE_MS) setAside(folder, holder.file, other.text);
    else await wait(POLL_MS);
  }
  writeFileSync(holder.file, holder.text);
  if (!isDone()) return holder;
  rmSync(folder, { recursive: true });
  return undefined;
}

/** Whether the folder was not there. */
function make(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds the folder, what changes with each of its beats, and whether it is known to be gone. */
function stateOf(file) {
  const text = textOf(file);
  const [pid, host] = text.split(' ');
  const state = `${text} ${lstatSync(file, { throwIfNoEntry: false })?.mtimeMs}`;
  return { text, state, isGone: host === hostname() && !isAlive(Number(pid)) };
}

/** Takes a folder whose holder is gone out of the way. Of several that try, one succeeds. */
function setAside(folder, file, text) {
  if (textOf(file) !== text) return;
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

function beat({ file }) {
  const now = new Date();
  if (existsSync(file)) utimesSync(file, now, now);
}

function isHeld({ file, text }) {
  return textOf(file) === text;
}

/** Empty where there is no such file. */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

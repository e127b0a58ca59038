import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { codeVersion } from '../../harness/cli/code-version.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function git(folder: string, ...args: string[]): string {
  const as = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...as, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** A repository of one commit. */
function repository(): { folder: string; commit: string } {
  const folder = temporaryFolder({ 'a.ts': '1' });
  git(folder, 'init', '--quiet');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message', 'a');
  return { folder, commit: git(folder, 'rev-parse', 'HEAD') };
}

afterEach(() => {
  delete process.env.GIT_DIR;
});

test('a checkout has its commit, and is dirty by a change to what decides results', () => {
  const { folder, commit } = repository();
  expect(codeVersion(folder)).toMatchObject({ commit, dirty: false });
  mkdirSync(join(folder, 'results'));
  writeFileSync(join(folder, 'results', 'a.json'), '1');
  expect(codeVersion(folder)).toMatchObject({ commit, dirty: false });
  writeFileSync(join(folder, 'a.ts'), '2');
  expect(codeVersion(folder)).toMatchObject({ commit, dirty: true });
});

test('a checkout that is reached through a link is one', () => {
  const { folder, commit } = repository();
  const link = join(temporaryFolder(), 'link');
  symlinkSync(folder, link);
  expect(codeVersion(link)).toMatchObject({ commit, dirty: false });
});

test('a copy inside another repository has no commit, and one outside any neither', () => {
  const { folder } = repository();
  mkdirSync(join(folder, 'copy'));
  expect(codeVersion(join(folder, 'copy'))).toMatchObject({ commit: null, dirty: null });
  expect(codeVersion(temporaryFolder())).toMatchObject({ commit: null, dirty: null });
});

test("inside a hook of another repository it is the project's own", () => {
  const [own, other] = [repository(), repository()];
  writeFileSync(join(other.folder, 'b.ts'), '1');
  process.env.GIT_DIR = join(other.folder, '.git');
  expect(codeVersion(own.folder)).toMatchObject({ commit: own.commit, dirty: false });
  expect(codeVersion(temporaryFolder())).toMatchObject({ commit: null, dirty: null });
});
